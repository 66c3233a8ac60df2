/** Charts of every kind of agent, drawn: each is laid out, nothing lies on anything else, and all of it can be read. */
import { DEFINITIONS } from '@dragon/scenarios';
import {
  allCompounds,
  type ChartGraph,
  chartGraph,
  ChartIndex,
  type ChartLayout,
  chartSvg,
  type ElkNode,
  estimatedWidth,
  NO_MARKS,
  openCompounds,
  type Rectangle,
} from '@dragon/inspection';
import { ChartLayouter } from '@dragon/inspection/io';
import ElkModule from 'elkjs/lib/elk.bundled.js';
import { describe, expect, test } from 'vitest';

const elk = new ElkModule.default() as unknown as { layout(graph: ElkNode): Promise<ElkNode> };
const layouter = new ChartLayouter(elk, estimatedWidth);

const CHARTS = [...DEFINITIONS].flatMap(([kind, { chart }]) =>
  chart === undefined ? [] : [[kind, new ChartIndex(chart)] as const],
);

/** The chart as it is when the agent is in its innermost state. */
function deepest(index: ChartIndex): ChartGraph {
  const depth = ({ path }: { readonly path: string }) => path.split('.').length;
  const [leaf] = index.chart.nodes.toSorted((a, b) => depth(b) - depth(a));
  return chartGraph(index, openCompounds(index, new Set([leaf?.path ?? ''])));
}

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const isInside = (a: Rectangle, b: Rectangle): boolean =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;

/** Returns what is wrong with a layout, in words. */
function problems({ boxes, lines, width, height }: ChartLayout): string[] {
  const drawing = { x: 0, y: 0, width, height };
  const labels = lines.flatMap(({ label, source, target }) =>
    label === undefined ? [] : [{ name: `label of ${source} to ${target}`, path: '', ...label }],
  );
  const parts = [...boxes.map((box) => ({ ...box, name: box.path })), ...labels];
  const outside = parts.filter((part) => !isInside(part, drawing)).map(({ name }) => `${name} is outside`);
  const covered = parts.flatMap((a, i) =>
    parts.slice(i + 1).flatMap((b) => {
      if (!overlap(a, b)) return [];
      const isOpenAround = 'kind' in a && a.kind === 'open' && isInside(b, a);
      return isOpenAround && (b.path === '' || b.path.startsWith(`${a.path}.`)) ? [] : [`${b.name} is on ${a.name}`];
    }),
  );
  const places = new Map(boxes.map((box) => [box.path, box]));
  const loose = lines.filter(({ source, target, points }) => {
    const near = (path: string, { x, y }: { readonly x: number; readonly y: number }) => {
      const box = places.get(path);
      return box === undefined || overlap(box, { x: x - 1, y: y - 1, width: 2, height: 2 });
    };
    const [first, last] = [points[0], points.at(-1)];
    return first === undefined || last === undefined || !near(source, first) || !near(target, last);
  });
  return [...outside, ...covered, ...loose.map(({ source, target }) => `${source} to ${target} is loose`)];
}

describe.each(CHARTS)('%s', (_kind, index) => {
  test.each([
    ['closed', () => chartGraph(index, [])],
    ['with the innermost state in sight', () => deepest(index)],
    ['with all compounds open', () => chartGraph(index, allCompounds(index))],
  ])('%s, nothing lies on anything else', async (_name, graph) => {
    const layout = await layouter.layOut(graph());
    expect({ rung: layout.rung, problems: problems(layout) }).toEqual({ rung: 'whole', problems: [] });
  });

  test('every transition that leads out of a state is on the open drawing', async () => {
    const { lines, boxes } = await layouter.layOut(chartGraph(index, allCompounds(index)));
    const shown = new Set(lines.flatMap(({ edges }) => edges));
    expect(index.edges.filter(({ number, target }) => target.length > 0 && !shown.has(number))).toEqual([]);
    expect(boxes.map(({ path }) => path).toSorted()).toEqual(
      index.chart.nodes.flatMap(({ path }) => (path === '' ? [] : [path])).toSorted(),
    );
  });
});

const kswapd = CHARTS.find(([kind]) => kind === 'kswapd')?.[1] as ChartIndex;

test('where ELK has no answer, less is asked of it, and boxes stay in any case', async () => {
  const graph = chartGraph(kswapd, ['balancing']);
  const rungWhere = async (refuses: (graph: ElkNode) => boolean): Promise<string> => {
    const layout = (asked: ElkNode) => (refuses(asked) ? Promise.reject(new Error('no')) : elk.layout(asked));
    const laidOut = await new ChartLayouter({ layout }, estimatedWidth).layOut(graph);
    expect(problems(laidOut)).toEqual([]);
    expect(laidOut.boxes.length).toBeGreaterThan(10);
    return laidOut.rung;
  };
  const isWrapped = ({ layoutOptions = {} }: ElkNode) => 'elk.layered.wrapping.strategy' in layoutOptions;
  const isDown = ({ layoutOptions = {} }: ElkNode) => layoutOptions['elk.direction'] === 'DOWN';
  const hasLabels = ({ children = [] }: ElkNode) => children.some(({ id }) => id.endsWith('(label)'));
  expect(await rungWhere(() => false)).toBe('whole');
  expect(await rungWhere((asked) => isWrapped(asked) || isDown(asked))).toBe('plain');
  expect(await rungWhere(hasLabels)).toBe('unlabelled');
  expect(await rungWhere(() => true)).toBe('list');
});

test('a route that ELK has lost is not drawn', async () => {
  const bent = async (asked: ElkNode): Promise<ElkNode> => {
    const answer = await elk.layout(asked);
    if (asked.layoutOptions?.['elk.layered.wrapping.strategy'] === undefined) return answer;
    const edges = (answer.edges ?? []).map((edge) => ({
      ...edge,
      sections: [{ startPoint: { x: 0, y: 0 }, endPoint: { x: 9, y: 9 } }],
    }));
    return { ...answer, edges };
  };
  const layout = await new ChartLayouter({ layout: bent }, estimatedWidth).layOut(chartGraph(kswapd, []));
  expect(problems(layout)).toEqual([]);
});

test('a picture has its texts at 11 px or more, and its title', async () => {
  const svg = chartSvg(await layouter.layOut(deepest(kswapd)), NO_MARKS, 'light', 'kswapd <0>');
  const sizes = [...svg.matchAll(/(\d+)px/g)].map(([, size]) => Number(size));
  expect(Math.min(...sizes)).toBe(11);
  expect(svg).toContain('<title>kswapd &lt;0&gt;</title>');
  expect(svg).not.toContain('NaN');
});
