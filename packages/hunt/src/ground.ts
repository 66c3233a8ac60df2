/** Ground of a hunt: what all its attempts have in common. */
import type { Plan } from '@dragon/engine';
import type { FaultSpace } from './fault-space.ts';

export interface Ground {
  /** Of a plain run. */
  readonly plan: Plan;
  readonly space: FaultSpace;
  /** How many transitions the charts have, see `ChartTable`. */
  readonly edges: number;
}
