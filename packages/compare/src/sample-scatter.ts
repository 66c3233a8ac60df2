/** Scatter plots of a map: two parameters against each other, and what a candidate does at each sampled point. */
import { type Html, html } from './html-text.ts';
import { majorityOf, type OutcomeTally, tallyText } from './run-outcome.ts';
import { placeOf, type SampleRange, valueAt } from './sample-range.ts';

const LEFT = 74;
const TOP = 8;
const SIDE = 200;
const RIGHT = LEFT + SIDE;
const BOTTOM = TOP + SIDE;
const WIDTH = RIGHT + 34;
const HEIGHT = BOTTOM + 40;

interface Scatter {
  readonly title: string;
  readonly x: SampleRange;
  /** Absent of a space with one parameter: all points lie on a line. */
  readonly y: SampleRange | undefined;
  readonly points: readonly { readonly x: number; readonly y: number; readonly tally: OutcomeTally | null }[];
}

/** Returns a figure; no meaning is in colour alone: each outcome has a shape. */
export function scatterPlot({ title, x, y, points }: Scatter): Html {
  const across = (value: number) => tenth(LEFT + SIDE * placeOf(x, value));
  const up = (value: number) => tenth(y === undefined ? TOP + SIDE / 2 : BOTTOM - SIDE * placeOf(y, value));
  const shapes = points.map((point) => {
    const where = [`${x.key} ${x.textOf(point.x)}`, ...(y === undefined ? [] : [`${y.key} ${y.textOf(point.y)}`])];
    const what = point.tally === null ? 'no run' : tallyText(point.tally);
    return html`<g class="point">${shapeOf(point.tally, across(point.x), up(point.y))}<title>${where.join(', ')}: ${what}</title></g>
`;
  });
  return html`<figure class="failure"><h3>${title}</h3>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${ticksOf(x).map(({ place, text }) => {
  const at = tenth(LEFT + SIDE * place);
  return html`<line class="grid" x1="${at}" x2="${at}" y1="${TOP}" y2="${BOTTOM}"/><text class="tick" x="${at}" y="${BOTTOM + 15}">${text}</text>`;
})}${(y === undefined ? [] : ticksOf(y)).map(({ place, text }) => {
  const at = tenth(BOTTOM - SIDE * place);
  return html`<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${at}" y2="${at}"/><text class="label" x="${LEFT - 8}" y="${at + 4}">${text}</text>`;
})}
<text class="tick" x="${LEFT + SIDE / 2}" y="${BOTTOM + 32}">${x.key}</text>
${shapes}</svg>
<figcaption>${y === undefined ? x.key : `${y.key} (upwards) against ${x.key}`}</figcaption></figure>
`;
}

/** A tick stands where its value does: of a few whole numbers that is not the middle. */
function ticksOf(range: SampleRange) {
  const values = new Set([0, 0.5, 1].map((place) => valueAt(range, place)));
  return [...values].map((value) => ({ place: placeOf(range, value), text: range.textOf(value) }));
}

/** The worst that most runs do: a triangle is a deadlock, a dot a kill, a square a stall, a ring none of these. */
export function shapeOf(tally: OutcomeTally | null, x: number, y: number): Html {
  if (tally === null)
    return html`<path class="none" d="M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x - 4} ${y + 4}L${x + 4} ${y - 4}"/>`;
  const [worst] = majorityOf(tally);
  if (worst === undefined) return html`<circle class="quiet" cx="${x}" cy="${y}" r="4"/>`;
  switch (worst) {
    case 'deadlocks':
      return html`<path class="dot" d="M${x} ${y - 5}L${x + 5} ${y + 4}L${x - 5} ${y + 4}Z"/>`;
    case 'ooms':
      return html`<circle class="dot" cx="${x}" cy="${y}" r="4.5"/>`;
    case 'stalls':
      return html`<rect class="hollow" x="${x - 4}" y="${y - 4}" width="8" height="8"/>`;
  }
}

const tenth = (value: number) => Math.round(10 * value) / 10;
