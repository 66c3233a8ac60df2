/** The runs of a hunt that are done, in a file: the same command goes on from there. */
import { isPlainObject, type Json } from '@dragon/engine';
import type { HuntedRun } from '@dragon/hunt';
import { KeptRuns } from '../many-runs/kept-runs.ts';
import { CHAOS_CACHE } from '../project-paths.ts';

/** What decides which run an attempt is, and what comes of it. */
export interface HuntOrigin {
  readonly scenario: string;
  /** Of all that the runs have in common. */
  readonly planDigest: string;
  /** The settings that are in no plan of an attempt's before it is made. */
  readonly hunt: { readonly [what: string]: Json };
  /** The hash of the program that makes the runs. */
  readonly model: string;
}

export class ChaosState extends KeptRuns<HuntedRun> {
  /** Opens or creates the file. Throws `OperationalError` if it cannot be used, or `UnwrittenOutput`. */
  constructor(path: string | undefined, { scenario, planDigest, hunt, model }: HuntOrigin) {
    super(path, CHAOS_CACHE, {
      command: 'dragon chaos',
      head: { format: 'dragon-chaos-2', scenario, planDigest, hunt, model },
      member: 'hunted',
      isResult: isHunted,
      other: (head) => {
        if (head['scenario'] !== scenario)
          return `another scenario${typeof head['scenario'] === 'string' ? `, ${head['scenario']}` : ''}`;
        if (head['model'] !== model) return 'another version of the program';
        return 'a hunt with other settings';
      },
    });
  }
}

function isHunted(value: unknown): value is HuntedRun {
  if (!isPlainObject(value)) return false;
  const { outcome, edges, states, chains, finding } = value;
  const isText = [outcome, edges, states].every((each) => typeof each === 'string');
  return isText && Array.isArray(chains) && (finding === null || isPlainObject(finding));
}
