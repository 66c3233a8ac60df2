/** A graph of waits as SVG: a picture that stands alone, of the same layout and words as on the page. */
import type { AgentId } from '@dragon/engine';
import type { Look } from '../agent-looks.ts';
import { svgText } from '../svg-text.ts';
import { type Theme, THEMES, type ThemeToken } from '../theme.ts';
import type { WaitEdge } from './wait-graph.ts';
import type { Box, EdgeCurve, Size, WaitLayout } from './wait-drawing.ts';
import type { WaitNodeWords } from './wait-node-words.ts';

export interface WaitsPicture {
  readonly title: string;
  /** By the node's id. */
  readonly nodes: ReadonlyMap<AgentId, WaitNodeWords>;
  /** The two lines on an arrow between two tasks of the ring. */
  readonly label: (edge: WaitEdge) => { readonly what: string; readonly who: string };
  /** What stands below. */
  readonly caption: string;
}

const CAPTION = 32;
const SANS = 'Inter, &quot;Segoe UI&quot;, system-ui, sans-serif';
const MONO = '&quot;JetBrains Mono&quot;, ui-monospace, Consolas, monospace';
/** Of a letter of 11 px that is as wide as all others. */
const LETTER_WIDTH = 6.65;
const SIDE = 12;
const SIDE_IN_LAYERS = 8;
/** Corners of the cards behind the first of a stack. */
const STACKED = [6, 3];

/** Returns the picture; `area` is what the layout was made for. */
export function waitsSvg(layout: WaitLayout, words: WaitsPicture, area: Size, theme: 'dark' | 'light'): string {
  const tones = THEMES[theme];
  const [width, height] = [Math.ceil(area.width), Math.ceil(area.height + CAPTION)];
  const arrows = layout.curves.map((curve) => arrowText(curve, tones));
  const labels = layout.curves.flatMap(({ edge, label }) =>
    label === undefined ? [] : [labelText(label, words.label(edge), edge.isParty, tones)],
  );
  const nodes = [...layout.boxes].flatMap(([id, box]) => {
    const node = words.nodes.get(id);
    return node === undefined ? [] : [nodeText(box, node, layout.layers, tones)];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${SANS}">
<title>${svgText(words.title)}</title>
<defs>${tipText('wait', tones)}${tipText('find', tones)}</defs>
<rect width="${width}" height="${height}" fill="${tones.bg}"/>
${[...arrows, ...labels, ...nodes].join('\n')}
<text x="${width / 2}" y="${height - 12}" font-size="13" text-anchor="middle" fill="${tones.text2}">${svgText(words.caption)}</text>
</svg>
`;
}

const tipText = (tone: 'wait' | 'find', tones: Theme): string =>
  `<marker id="tip-${tone}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 10 5 0 10Z" fill="${tones[tone]}"/></marker>`;

function arrowText({ edge, from, control, to }: EdgeCurve, tones: Theme): string {
  const tone = edge.isParty ? 'find' : 'wait';
  const points = [from, control, to].map(({ x, y }) => `${short(x)} ${short(y)}`);
  return `<path d="M${points[0]}Q${points[1]} ${points[2]}" fill="none" stroke="${tones[tone]}" stroke-width="${edge.isParty ? 4 : 1.75}" marker-end="url(#tip-${tone})"/>`;
}

function labelText(box: Box, { what, who }: ReturnType<WaitsPicture['label']>, isParty: boolean, tones: Theme): string {
  const frame = rectText(box, tones.bg, tones[isParty ? 'find' : 'wait'], isParty ? 2 : 1);
  return `<g>${frame}${lineText(what, box.x, box.y - 3, tones.text, 'middle', 'font-size="12" font-weight="650"')}${lineText(who, box.x, box.y + 12, tones.text2, 'middle', 'font-size="11"')}</g>`;
}

/** The frame of a node says what its task does. */
const FRAMES: Readonly<Record<Look, ThemeToken>> = {
  wait: 'wait',
  run: 'run',
  ready: 'run',
  find: 'find',
  sleep: 'line2',
  exit: 'line2',
  part: 'line2',
  held: 'line2',
};

function nodeText(
  box: Box,
  { look, name, since, line, spare, isStack }: WaitNodeWords,
  layers: WaitLayout['layers'],
  tones: Theme,
): string {
  const isDense = layers?.isDense === true;
  const side = layers === undefined ? SIDE : SIDE_IN_LAYERS;
  const tone = tones[FRAMES[look]];
  const [left, right] = [box.x - box.width / 2 + side, box.x + box.width / 2 - side];
  const [upper, lower] = isDense ? [-3, 13] : [-5, 17];
  const behind = (isStack ? STACKED : []).map((by) =>
    rectText({ ...box, x: box.x + by, y: box.y - by }, tones.panel, tone, 1),
  );
  const frame = rectText(box, look === 'find' ? tones['find-bg'] : tones.panel, tone, look === 'find' ? 3 : 2);
  const most = Math.floor((box.width - 2 * side) / LETTER_WIDTH);
  const size = layers === undefined ? 16 : 13;
  const sinceSize = layers === undefined ? 12 : 11;
  const texts = [
    `<g transform="translate(${short(left)} ${short(box.y + upper - 13)})">${shapeText(look, tones)}</g>`,
    lineText(name, left + 20, box.y + upper, tones.text, 'start', `font-size="${size}" font-weight="650"`),
    since === undefined || isDense
      ? ''
      : lineText(since, right, box.y + upper, tones.text2, 'end', `font-size="${sinceSize}" font-family="${MONO}"`),
    lineText(cut(line, most), left, box.y + lower, tones.text2, 'start', `font-size="11" font-family="${MONO}"`),
    spare === '' ? '' : lineText(spare, box.x, box.y + box.height / 2 + 15, tones.text3, 'middle', 'font-size="11"'),
  ];
  return `<g>${[...behind, frame, ...texts].join('')}</g>`;
}

/** The shape of a look, 14 px wide. */
function shapeText(look: Look, tones: Theme): string {
  switch (look) {
    case 'run':
      return `<rect x="1" y="1" width="12" height="12" fill="${tones.run}"/>`;
    case 'ready':
      return `<rect x="2" y="2" width="10" height="10" fill="none" stroke="${tones.run}" stroke-width="2"/>`;
    case 'wait':
      return `<path d="M7 0 14 7 7 14 0 7Z" fill="${tones.wait}"/>`;
    case 'find':
      return `<rect width="14" height="14" rx="2" fill="${tones.find}"/><path d="M4 4 10 10M10 4 4 10" stroke="${tones['find-ink']}" stroke-width="2"/>`;
    case 'exit':
      return `<path d="M3 7h8" stroke="${tones.line2}" stroke-width="2"/>`;
    case 'sleep':
    case 'part':
    case 'held':
      return `<circle cx="7" cy="7" r="3" fill="${tones.sleep}"/>`;
  }
}

const rectText = ({ x, y, width, height }: Box, fill: string, stroke: string, thick: number): string =>
  `<rect x="${short(x - width / 2)}" y="${short(y - height / 2)}" width="${short(width)}" height="${short(height)}" rx="8" fill="${fill}" stroke="${stroke}" stroke-width="${thick}"/>`;

const lineText = (text: string, x: number, y: number, fill: string, anchor: string, more: string): string =>
  `<text x="${short(x)}" y="${short(y)}" fill="${fill}" text-anchor="${anchor}" ${more}>${svgText(text)}</text>`;

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
const short = (value: number): string => String(Math.round(value * 10) / 10);
