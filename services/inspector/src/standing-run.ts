/** What is inspected where nothing goes on: a recorded run, the log of a real machine, or nothing yet. */
import type { Json } from '@dragon/engine';
import type { RunAbout, WatchedRun } from './watched-run.ts';

export type Standing =
  | { readonly mode: 'start' }
  | { readonly mode: 'trace'; readonly trace: string }
  | { readonly mode: 'dmesg'; readonly log: Json };

const WHY = 'No run is going on here.';

/** Returns it in the form of a run that is watched. */
export function standingRun(standing: Standing): WatchedRun {
  const about: RunAbout = {
    mode: standing.mode,
    run: null,
    plan: null,
    controls: [],
    without: WHY,
    cut: 'events',
    edge: { type: 'edge', at: 0, events: 0 },
    pace: { type: 'pace', paused: true, speed: 'unlimited' },
    ended: null,
    trace: standing.mode === 'trace' ? standing.trace : null,
    log: standing.mode === 'dmesg' ? standing.log : null,
  };
  return {
    about: () => about,
    listen: () => () => undefined,
    ask: () => WHY,
    look: () => ({ take: () => [], stop: () => undefined }),
  };
}
