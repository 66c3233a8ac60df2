/** The curves of a hunt: how findings and transitions taken became more from run to run. */
import { Html, html } from '@dragon/compare';
import type { CurvePoint } from './hunt-tally.ts';

const WIDTH = 420;
const HEIGHT = 150;
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 408, 12, 122];

/** Returns two figures, each a curve of steps. */
export function huntCurve(points: readonly CurvePoint[]): Html {
  const runs = points.at(-1)?.runs ?? 0;
  const curve = (name: string, alarm: boolean, of: (point: CurvePoint) => number): Html =>
    figure(
      name,
      alarm,
      points.map((point) => [point.runs, of(point)]),
      runs,
    );
  return html`${curve('different findings', true, ({ findings }) => findings)}${curve('transitions taken', false, ({ edges }) => edges)}`;
}

function figure(name: string, alarm: boolean, steps: readonly (readonly [number, number])[], runs: number): Html {
  const most = Math.max(1, ...steps.map(([, value]) => value));
  const x = (at: number) => tenth(LEFT + ((RIGHT - LEFT) * at) / Math.max(1, runs));
  const y = (value: number) => tenth(BOTTOM - ((BOTTOM - TOP) * value) / most);
  let path = `M${x(0)} ${y(0)}`;
  for (const [at, value] of steps) path += `H${x(at)}V${y(value)}`;
  const last = steps.at(-1)?.[1] ?? 0;
  return html`<figure class="${alarm ? 'failure' : 'measure'}">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}: ${last} after ${runs} runs">
<line class="grid" x1="${LEFT}" y1="${BOTTOM}" x2="${RIGHT}" y2="${BOTTOM}"/>
<line class="grid" x1="${LEFT}" y1="${TOP}" x2="${RIGHT}" y2="${TOP}"/>
<text class="label" x="${LEFT - 6}" y="${BOTTOM + 4}">0</text>
<text class="label" x="${LEFT - 6}" y="${TOP + 4}">${most}</text>
<text class="tick" x="${LEFT}" y="${BOTTOM + 18}">0</text>
<text class="tick" x="${RIGHT}" y="${BOTTOM + 18}">${runs}</text>
<path class="stroke" fill="none" d="${new Html(path)}"/>
</svg>
<figcaption>${name}, over runs in the order of attempts</figcaption>
</figure>
`;
}

const tenth = (value: number): number => Math.round(10 * value) / 10;
