/** A timeline as SVG: names, axis and lanes of the window that is shown, as a picture that stands alone. */
import type { VirtualTime } from '@dragon/engine';
import { svgText } from '../svg-text.ts';
import { THEMES } from '../theme.ts';
import { axisTicks, instantText } from './axis-ticks.ts';
import { LETTERS } from './pen.ts';
import { SvgPen } from './svg-pen.ts';
import { drawLanes, writeLanes } from './timeline-drawing.ts';
import { laneBoxes, type TimelineView } from './timeline-view.ts';

const NAMES_WIDTH = 160;
const AXIS_HEIGHT = 24;
const MARGIN = 12;

/** `t`: the instant of the cursor. All lanes are drawn, also those that a page would have to scroll to. */
export function timelineSvg(view: TimelineView, t: VirtualTime, theme: 'dark' | 'light'): string {
  const boxes = laneBoxes(view.lanes);
  const last = boxes.at(-1);
  const height = (last?.y ?? 0) + (last?.height ?? 0);
  const { width } = view.axis;
  const pen = new SvgPen(theme);
  for (const { x, text } of axisTicks(view.axis)) {
    const wide = pen.measure(text);
    const left = Math.max(0, Math.min(width - wide, x - wide / 2));
    pen.text(text, NAMES_WIDTH + left, AXIS_HEIGHT / 2, { tone: 'text3', weight: 400 });
  }
  for (const [i, { title }] of view.lanes.entries()) {
    const box = boxes[i];
    if (box === undefined) continue;
    const x = NAMES_WIDTH - 10 - pen.measure(title);
    pen.text(title, Math.max(4, x), AXIS_HEIGHT + box.y + box.height / 2, { tone: 'text', weight: 550 });
  }
  pen.inside(NAMES_WIDTH, AXIS_HEIGHT, width, height, () => {
    drawLanes(pen, view, { top: 0, height });
    const x = view.axis.x(t);
    if (x < view.axis.edgeX) pen.fill('panel', x, 0, width - x, height, 0.5);
    writeLanes(pen, view, { top: 0, height }, t);
    pen.fill('text', x - 1, 0, 2, height);
  });
  const [whole, tall] = [NAMES_WIDTH + width + MARGIN, AXIS_HEIGHT + height + MARGIN];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="${tall}" viewBox="0 0 ${whole} ${tall}" role="img" font-family="Inter, 'Segoe UI', system-ui, sans-serif" font-size="${LETTERS}">
<title>${svgText(`${view.record.heading}, at ${instantText(t)} s`)}</title>
<rect width="${whole}" height="${tall}" fill="${THEMES[theme].panel}"/>
${pen.content()}
</svg>
`;
}
