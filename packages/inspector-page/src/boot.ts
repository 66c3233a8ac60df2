/** What the page is opened with: a run that stands inside it, a process that feeds it, or nothing. */
import type { RecordEnd } from '@dragon/inspection';
import type { RunTexts } from '@dragon/scenarios';
import type { PlannedRun } from './worker-protocol.ts';

/** How a run ended where it was made before. */
export type ExpectedEnd = Pick<RecordEnd, 'outcome' | 'digest'>;

/**
 * - `start`: nothing; the page asks what to run. `feed`: the process that served it says what it shows.
 * - `scenario`: a run, by its settings. A page that is a single file has it inside.
 * - `plan`: a run that was made before, and how it ended there: whether it does so here is said.
 */
export type Boot =
  | { readonly kind: 'start' }
  | { readonly kind: 'feed' }
  | { readonly kind: 'scenario'; readonly texts: RunTexts }
  | { readonly kind: 'plan'; readonly run: PlannedRun; readonly end: ExpectedEnd };

/** Returns what stands in `<script type="application/json" id="boot">`; without it, a page that was served is fed. */
export function pageBoot(): Boot {
  const inside = document.querySelector('#boot');
  if (inside !== null) return JSON.parse(inside.textContent) as Boot;
  return { kind: location.protocol === 'file:' ? 'start' : 'feed' };
}
