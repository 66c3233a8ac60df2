/** The runs of a comparison that are done, in a file: who starts the same comparison again goes on from there. */
import { isPlainObject } from '@dragon/engine';
import type { RunMeasures } from '@dragon/compare';
import { KeptRuns } from '../many-runs/kept-runs.ts';
import { COMPARE_CACHE } from '../project-paths.ts';

/** What decides a run's measures besides the run's own settings. */
export interface StateOrigin {
  readonly scenario: string;
  readonly untilNs: number;
  /** The hash of the program that makes the runs. */
  readonly model: string;
}

export class CompareState extends KeptRuns<RunMeasures> {
  /** Opens or creates the file. Throws `OperationalError` if it cannot be used, or `UnwrittenOutput`. */
  constructor(path: string | undefined, { scenario, untilNs, model }: StateOrigin) {
    super(path, COMPARE_CACHE, {
      command: 'dragon compare',
      head: { format: 'dragon-compare-3', scenario, untilNs, model },
      member: 'measures',
      isResult: (value): value is RunMeasures => isPlainObject(value) && 'kswapdStalls' in value,
      other: (head) => {
        if ('scenario' in head && head['scenario'] !== scenario)
          return `another scenario${typeof head['scenario'] === 'string' ? `, ${head['scenario']}` : ''}`;
        if ('untilNs' in head && head['untilNs'] !== untilNs) return 'another length';
        return 'another version of the program';
      },
    });
  }
}
