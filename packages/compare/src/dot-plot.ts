/**
 * One panel of small multiples: policies below each other, a mark with its 95 % interval for each number of CPUs,
 * labelled where it stands.
 */
import { type Html, html } from './html-text.ts';
import { axisOf, type Scale } from './plot-axis.ts';
import type { Interval } from './statistics.ts';

export interface Mark {
  readonly cpus: number;
  /** Infinite: it never came to an end; undefined: there is nothing to measure. */
  readonly value: number | undefined;
  readonly interval?: Interval | null;
  /** Hollow, and without an interval: the median beside a p99. */
  readonly median?: number | undefined;
  /** A stroke: the longest. */
  readonly longest?: number | undefined;
  readonly text: string;
  /** The section that tells more. */
  readonly href: string;
}

export interface Panel {
  readonly title: string;
  readonly caption: string;
  readonly scale: Scale;
  /** Failures are drawn in another colour than measures. */
  readonly failure?: boolean;
  readonly rows: readonly { readonly label: string; readonly marks: readonly Mark[] }[];
}

const WIDTH = 340;
const LEFT = 62;
const RIGHT = 254;
const TOP = 4;
const LABEL_HEIGHT = 22;
const MARK_HEIGHT = 20;
const AXIS_HEIGHT = 22;
const LABEL_LENGTH = 42;

/** Returns a figure with an SVG that scales with its width. */
export function dotPlot({ title, caption, scale, failure, rows }: Panel): Html {
  const values = rows.flatMap(({ marks }) =>
    marks.flatMap(({ value, interval, median, longest }) => [value, interval?.low, interval?.high, median, longest]),
  );
  const axis = axisOf(
    scale,
    values.filter((value) => value !== undefined && value !== Infinity) as number[],
    LEFT,
    RIGHT,
  );
  let y = TOP;
  const drawn: Html[] = [];
  for (const { label, marks } of rows) {
    drawn.push(html`<text class="policy" x="0" y="${y + 15}">${shorten(label)}<title>${label}</title></text>`);
    y += LABEL_HEIGHT;
    for (const mark of marks) {
      drawn.push(drawMark(mark, y + MARK_HEIGHT / 2, axis.place));
      y += MARK_HEIGHT;
    }
  }
  const height = y + AXIS_HEIGHT;
  const ticks = axis.ticks.map(
    ({ at, text }) =>
      html`<line class="grid" x1="${at}" x2="${at}" y1="${TOP}" y2="${y}"/><text class="tick" x="${at}" y="${y + 14}">${text}</text>`,
  );
  return html`<figure class="${failure ? 'failure' : 'measure'}"><h3>${title}</h3>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">${ticks}${drawn}</svg>
<figcaption>${caption}</figcaption></figure>
`;
}

function drawMark(mark: Mark, y: number, place: (value: number) => number): Html {
  const { cpus, value, interval, median, longest, text, href } = mark;
  const x = value === undefined ? undefined : place(value);
  return html`<a href="${href}"><rect class="hit" x="0" y="${y - MARK_HEIGHT / 2}" width="${WIDTH}" height="${MARK_HEIGHT}"/>
<text class="cpus" x="${LEFT - 10}" y="${y + 4}">${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}</text><line class="row" x1="${LEFT}" x2="${RIGHT}" y1="${y}" y2="${y}"/>
${interval ? html`<line class="interval" x1="${place(interval.low)}" x2="${place(interval.high)}" y1="${y}" y2="${y}"/>` : undefined}${
  longest === undefined
    ? undefined
    : html`<line class="longest" x1="${place(longest)}" x2="${place(longest)}" y1="${y - 6}" y2="${y + 6}"/>`
}${median === undefined ? undefined : html`<circle class="median" cx="${place(median)}" cy="${y}" r="3.5"/>`}${
  x === undefined
    ? undefined
    : value === Infinity
      ? html`<path class="dot" d="M${x - 5} ${y - 5}L${x + 3} ${y}L${x - 5} ${y + 5}Z"/>`
      : html`<circle class="dot" cx="${x}" cy="${y}" r="4"/>`
}<text class="value" x="${WIDTH}" y="${y + 4}">${text}</text></a>
`;
}

function shorten(label: string): string {
  return label.length <= LABEL_LENGTH ? label : `${label.slice(0, LABEL_LENGTH - 1)}…`;
}
