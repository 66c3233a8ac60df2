/**
 * A dot plot: rows below each other, each with marks of their own line: a dot with its interval, labelled where it
 * stands, and what it is to be compared with.
 */
import { Html, html } from './html-text.ts';
import { axisOf, type Scale } from './plot-axis.ts';
import { PLOT_FILE_STYLE } from './plot-style.ts';
import type { Interval } from './statistics.ts';

export interface Mark {
  readonly label: string;
  /** Infinite: it never came to an end; undefined: there is nothing to measure. */
  readonly value: number | undefined;
  readonly interval?: Interval | null;
  /** A hollow dot beside it, as for a median beside a p99. */
  readonly hollow?: number | undefined;
  /** A stroke beside it, as for the longest of all. */
  readonly stroke?: number | undefined;
  readonly text: string;
  /** The section that tells more. */
  readonly href?: string;
}

export interface Panel {
  readonly title: string;
  readonly caption: string;
  readonly scale: Scale;
  /** Pixels for the labels of marks; by default enough for a number of CPUs. */
  readonly labelWidth?: number;
  /** Failures are drawn in another colour than measures. */
  readonly failure?: boolean;
  readonly rows: readonly { readonly label: string; readonly marks: readonly Mark[] }[];
}

const LABEL_WIDTH = 52;
const GAP = 10;
const AXIS_WIDTH = 192;
const TEXT_WIDTH = 86;
const TOP = 4;
const LABEL_HEIGHT = 22;
const MARK_HEIGHT = 20;
const AXIS_HEIGHT = 22;
const LABEL_LENGTH = 42;

/** Returns a figure with an SVG that scales with its width. */
export function dotPlot(panel: Panel): Html {
  const { title, caption, failure } = panel;
  return html`<figure class="${failure ? 'failure' : 'measure'}"><h3>${title}</h3>
${plotSvg(panel, {})}
<figcaption>${caption}</figcaption></figure>
`;
}

/** Returns the text of an SVG file that needs nothing else, the caption below the plot. */
export function dotPlotFile(panel: Panel): string {
  return plotSvg(panel, { style: html`<style>${new Html(PLOT_FILE_STYLE)}</style>` }).text;
}

function plotSvg({ title, caption, scale, rows, labelWidth = LABEL_WIDTH }: Panel, { style }: { style?: Html }): Html {
  const left = labelWidth + GAP;
  const right = left + AXIS_WIDTH;
  const width = right + TEXT_WIDTH;
  const values = rows.flatMap(({ marks }) =>
    marks.flatMap(({ value, interval, hollow, stroke }) => [value, interval?.low, interval?.high, hollow, stroke]),
  );
  const axis = axisOf(
    scale,
    values.filter((value) => value !== undefined && value !== Infinity) as number[],
    left,
    right,
  );
  let y = TOP;
  const drawn: Html[] = [];
  for (const { label, marks } of rows) {
    drawn.push(html`<text class="policy" x="0" y="${y + 15}">${shorten(label)}<title>${label}</title></text>`);
    y += LABEL_HEIGHT;
    for (const mark of marks) {
      drawn.push(drawMark(mark, y + MARK_HEIGHT / 2, { left, right, width }, axis.place));
      y += MARK_HEIGHT;
    }
  }
  const ticks = axis.ticks.map(
    ({ at, text }) =>
      html`<line class="grid" x1="${at}" x2="${at}" y1="${TOP}" y2="${y}"/><text class="tick" x="${at}" y="${y + 14}">${text}</text>`,
  );
  const inside = html`${ticks}${drawn}`;
  const height = y + AXIS_HEIGHT;
  if (style === undefined)
    return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">${inside}</svg>`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${2 * width}" viewBox="0 0 ${width} ${height + LABEL_HEIGHT}" role="img" aria-label="${title}">
${style}
<rect class="paper" width="100%" height="100%"/>
${inside}
<text class="tick caption" x="0" y="${height + 12}">${caption}</text>
</svg>
`;
}

interface Columns {
  readonly left: number;
  readonly right: number;
  readonly width: number;
}

function drawMark(mark: Mark, y: number, columns: Columns, place: (value: number) => number): Html {
  const { label, value, interval, hollow, stroke, text, href } = mark;
  const { left, right, width } = columns;
  const x = value === undefined ? undefined : place(value);
  const drawn = html`<text class="label" x="${left - GAP}" y="${y + 4}">${label}</text><line class="row" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/>
${interval ? html`<line class="interval" x1="${place(interval.low)}" x2="${place(interval.high)}" y1="${y}" y2="${y}"/>` : undefined}${
  stroke === undefined
    ? undefined
    : html`<line class="stroke" x1="${place(stroke)}" x2="${place(stroke)}" y1="${y - 6}" y2="${y + 6}"/>`
}${hollow === undefined ? undefined : html`<circle class="hollow" cx="${place(hollow)}" cy="${y}" r="3.5"/>`}${
  x === undefined
    ? undefined
    : value === Infinity
      ? html`<path class="dot" d="M${x - 5} ${y - 5}L${x + 3} ${y}L${x - 5} ${y + 5}Z"/>`
      : html`<circle class="dot" cx="${x}" cy="${y}" r="4"/>`
}<text class="value" x="${width}" y="${y + 4}">${text}</text>`;
  return href === undefined
    ? html`${drawn}
`
    : html`<a href="${href}"><rect class="hit" x="0" y="${y - MARK_HEIGHT / 2}" width="${width}" height="${MARK_HEIGHT}"/>
${drawn}</a>
`;
}

function shorten(label: string): string {
  return label.length <= LABEL_LENGTH ? label : `${label.slice(0, LABEL_LENGTH - 1)}…`;
}
