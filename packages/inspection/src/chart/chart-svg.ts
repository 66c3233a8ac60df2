/**
 * A chart as SVG: the drawing that the page puts on its stage and whose classes it changes, and a picture that stands
 * alone. Texts are drawn at 12 and 11 px; what is cut has its full text as a title.
 */
import { svgText } from '../svg-text.ts';
import { THEMES } from '../theme.ts';
import type { ChartLayout, LayoutBox, LayoutDot, LayoutLine, Rectangle } from './chart-layout.ts';
import { boxMarks, type ChartMarks, lineMarks, NO_MARKS } from './chart-marks.ts';
import { chartStyle } from './chart-style.ts';
import { CHART_SIZES, type ElkPoint } from './elk-graph.ts';

/** Returns the drawing as the content of an SVG element: boxes and lines in the layout's order. */
export function chartDrawing({ boxes, dots, lines }: ChartLayout, marks: ChartMarks = NO_MARKS): string {
  const open = boxes.filter(({ kind }) => kind === 'open');
  const others = boxes.filter(({ kind }) => kind !== 'open');
  return `<g class="chart">
${open.map((box) => boxText(box, marks)).join('\n')}
${dots.map(dotText).join('\n')}
${lines.map((line, i) => lineText(line, i, marks)).join('\n')}
${others.map((box) => boxText(box, marks)).join('\n')}
</g>`;
}

/** Returns a picture that stands alone, with its title for readers. */
export function chartSvg(layout: ChartLayout, marks: ChartMarks, theme: 'dark' | 'light', title: string): string {
  const colors = THEMES[theme];
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${svgText(title)}</title>
<style>
${chartStyle((token) => colors[token])}</style>
<rect width="${width}" height="${height}" fill="${colors.bg}"/>
${chartDrawing(layout, marks)}
</svg>
`;
}

const at = (value: number): string => String(Math.round(value * 10) / 10);
const rectangle = ({ x, y, width, height }: Rectangle, more: string): string =>
  `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}"${more}/>`;

function boxText(box: LayoutBox, marks: ChartMarks): string {
  const { x, y, width, path, kind, name, sleeps, hidden } = box;
  const { side, mark, leaf, closed, heading } = CHART_SIZES;
  const classes = ['box', kind, ...boxMarks(box, marks)].join(' ');
  const hasMark = kind !== 'leaf' || sleeps !== undefined;
  const middle = y + (kind === 'open' ? heading : kind === 'closed' ? closed - 14 : leaf) / 2;
  const left = kind === 'leaf' ? x + width / 2 + (hasMark ? mark / 2 : 0) : x + side + mark;
  const anchor = kind === 'leaf' ? ' text-anchor="middle"' : '';
  const below =
    hidden === undefined
      ? ''
      : `<text class="below" x="${at(left)}" y="${at(y + closed - 9)}">${svgText(hidden)}</text>`;
  const glyph = hasMark ? glyphText(kind === 'leaf' ? sleeps : kind, x + side + 5, middle) : '';
  const corners = ` rx="${kind === 'open' ? 8 : 6}"`;
  return `<g class="${classes}" data-path="${svgText(path)}"><title>${svgText(path)}</title>${rectangle(box, corners)}${rectangle(box, `${corners} class="tint"`)}${glyph}<text class="name" x="${at(left)}" y="${at(middle + 4)}"${anchor}>${svgText(name)}</text>${below}</g>`;
}

/** A diamond for what waits on others, a dot for what sleeps by itself; a corner that points to what is folded away. */
function glyphText(of: LayoutBox['sleeps'] | 'open' | 'closed', x: number, y: number): string {
  switch (of) {
    case 'blocked':
      return `<path class="blocked" d="M${at(x)} ${at(y - 5)}l5 5-5 5-5-5z"/>`;
    case 'sleeping':
      return `<circle class="sleeping" cx="${at(x)}" cy="${at(y)}" r="3"/>`;
    case 'open':
      return `<path class="fold" d="M${at(x - 4)} ${at(y - 2)}l4 4 4-4"/>`;
    case 'closed':
      return `<path class="fold" d="M${at(x - 2)} ${at(y - 4)}l4 4-4 4"/>`;
    case undefined:
      return '';
  }
}

const dotText = ({ kind, x, y, width }: LayoutDot): string =>
  `<circle class="${kind}" cx="${at(x + width / 2)}" cy="${at(y + width / 2)}" r="${at(width / 2)}">${
    kind === 'anywhere' ? '<title>in any state</title>' : ''
  }</circle>`;

function lineText(line: LayoutLine, number: number, marks: ChartMarks): string {
  const { points, label } = line;
  const classes = ['line', ...lineMarks(line, marks)].join(' ');
  const path = `<path d="${roundedPath(shortened(points))}"/>${tipText(points)}`;
  if (label === undefined) return `<g class="${classes}" data-line="${number}">${path}</g>`;
  const x = label.x + label.width / 2;
  const texts = label.lines.map(({ text }, i) => {
    const y = label.y + (i + 1) * CHART_SIZES.labelLine - 4;
    return `<text x="${at(x)}" y="${at(y)}">${svgText(text)}</text>`;
  });
  const title = label.lines.map(({ full }) => full).join('\n');
  return `<g class="${classes}" data-line="${number}"><title>${svgText(title)}</title>${path}${rectangle(label, '')}${texts.join('')}</g>`;
}

const TIP = { length: 8, half: 4 };

/** The arrow covers the line's end. */
function shortened(points: readonly ElkPoint[]): readonly ElkPoint[] {
  const [tip, before] = [points.at(-1), points.at(-2)];
  if (tip === undefined || before === undefined) return points;
  const length = distance(before, tip);
  return length <= TIP.length ? points : [...points.slice(0, -1), between(tip, before, (TIP.length - 1) / length)];
}

function tipText(points: readonly ElkPoint[]): string {
  const [tip, before] = [points.at(-1), points.at(-2)];
  if (tip === undefined || before === undefined) return '';
  const length = distance(before, tip) || 1;
  const [x, y] = [(tip.x - before.x) / length, (tip.y - before.y) / length];
  const base = { x: tip.x - x * TIP.length, y: tip.y - y * TIP.length };
  const corner = (side: number): string => `${at(base.x - y * side)} ${at(base.y + x * side)}`;
  return `<polygon class="tip" points="${at(tip.x)} ${at(tip.y)} ${corner(TIP.half)} ${corner(-TIP.half)}"/>`;
}

const CORNER = 6;

/** A polyline with rounded corners. */
function roundedPath(points: readonly ElkPoint[]): string {
  const [first] = points;
  if (first === undefined) return '';
  let path = `M${at(first.x)} ${at(first.y)}`;
  for (const [i, point] of points.entries()) {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (before === undefined) continue;
    if (after === undefined) {
      path += `L${at(point.x)} ${at(point.y)}`;
      continue;
    }
    const [in_, out] = [distance(before, point), distance(point, after)];
    const radius = Math.min(CORNER, in_ / 2, out / 2);
    const from = in_ === 0 ? point : between(point, before, radius / in_);
    const to = out === 0 ? point : between(point, after, radius / out);
    path += `L${at(from.x)} ${at(from.y)}Q${at(point.x)} ${at(point.y)} ${at(to.x)} ${at(to.y)}`;
  }
  return path;
}

/** Lines go along the axes. */
const distance = (a: ElkPoint, b: ElkPoint): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
const between = (a: ElkPoint, b: ElkPoint, part: number): ElkPoint => ({
  x: a.x + (b.x - a.x) * part,
  y: a.y + (b.y - a.y) * part,
});
