/** The one leaf of a state that says what the agent does: of a chart with several regions, that of the busiest. */
import type { ChartIndex } from './chart/chart-index.ts';

/** Tags whose states say more than those without, the first most: they decide what the agent looks like. */
const TELLING = ['blocked', 'sleeping'];

/**
 * Returns the name of the leaf, as `waitingForAgi`: that of a state that waits, if there is one, else that of one that
 * sleeps, else that of the largest region. The text itself if the chart does not know it.
 */
export function mainLeaf(chart: ChartIndex | undefined, text: string): string {
  const path = mainLeafPath(chart, text);
  return path.slice(path.lastIndexOf('.') + 1);
}

/** Returns the path of the same leaf, as `worker.running.waitingForAgi`. */
export function mainLeafPath(chart: ChartIndex | undefined, text: string): string {
  const leaves = chart?.read(text).leaves ?? [];
  if (chart === undefined || leaves.length < 2) return leaves[0]?.path ?? text;
  for (const tag of TELLING) {
    const telling = leaves.find(({ tags }) => tags.includes(tag));
    if (telling !== undefined) return telling.path;
  }
  const [largest] = leaves.toSorted((a, b) => regionSize(chart, b.path) - regionSize(chart, a.path));
  return largest?.path ?? text;
}

/** Returns how many states there are in the outermost region around a path. */
function regionSize({ chart }: ChartIndex, path: string): number {
  const end = path.indexOf('.');
  const region = `${end < 0 ? path : path.slice(0, end)}.`;
  return chart.nodes.filter((node) => node.path.startsWith(region)).length;
}
