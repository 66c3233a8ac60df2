/** The one leaf of a state that says what the agent does: of a chart with several regions, that of the busiest. */
import type { ChartIndex } from './chart/chart-index.ts';

/** Tags by how much a state with them says; states without are between the two. */
const MOST = 'blocked';
const LEAST = 'sleeping';

/**
 * Returns the name of the leaf, as `waitingForAgi`: that of a state that waits, if there is one, else that of the
 * region that lies deepest. The text itself if the chart does not know it.
 */
export function mainLeaf(chart: ChartIndex | undefined, text: string): string {
  const path = mainLeafPath(chart, text);
  return path.slice(path.lastIndexOf('.') + 1);
}

/** Returns the path of the same leaf, as `worker.running.waitingForAgi`. */
export function mainLeafPath(chart: ChartIndex | undefined, text: string): string {
  const leaves = chart?.read(text).leaves ?? [];
  const weight = ({ tags, path }: (typeof leaves)[number]): number =>
    (tags.includes(MOST) ? 100 : tags.includes(LEAST) ? -100 : 0) + path.split('.').length;
  let best = leaves[0];
  for (const leaf of leaves) if (best !== undefined && weight(leaf) > weight(best)) best = leaf;
  return best?.path ?? text;
}
