/** The charts of the agents of a run, as its definitions have them. */
import type { Chart, Definitions, Plan } from '@dragon/engine';

/** Returns them by kind, of kinds that have one. */
export function chartsOf({ agents }: Plan, definitions: Definitions): Readonly<Record<string, Chart>> {
  const charts: Record<string, Chart> = {};
  for (const { kind } of agents) {
    const chart = definitions.get(kind)?.chart;
    if (chart !== undefined) charts[kind] = chart;
  }
  return charts;
}
