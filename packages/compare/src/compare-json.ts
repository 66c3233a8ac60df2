/** A comparison for programs: what `--json` prints. */
import type { Comparison } from './comparison.ts';
import { compareVerdict } from './compare-verdict.ts';

/**
 * Returns the object with its keys in the order in which they are printed. What is infinite becomes null, as JSON has
 * it.
 */
export function compareJson(comparison: Comparison): object {
  const { scenario, seeds, until, set, faults, cells, details, paired, sensitivity, edges } = comparison;
  const intervals = details.map(({ worst, median, ...rest }, i) => ({
    policy: cells[i]?.policy,
    cpus: cells[i]?.cpus,
    ...rest,
    worstSeed: worst.seed,
    medianSeed: median.seed,
  }));
  return {
    scenario,
    seeds,
    cells,
    verdict: compareVerdict(comparison),
    untilNs: until,
    set,
    faults,
    intervals,
    paired,
    sensitivity,
    edges,
  };
}
