/** The drawing of messages: a thin arrow from the sender's lane to the receiver's, at the instant it arrives. */
import type { AgentId } from '@dragon/engine';
import type { Pen } from './pen.ts';
import type { LaneBox, TimelineView } from './timeline-view.ts';

/** Events in sight above which single messages could not be told apart. */
const MOST_ROWS = 20_000;

/** Draws those that the chosen agent sends or receives, or all. */
export function drawMessages(pen: Pen, view: TimelineView, boxes: ReadonlyMap<AgentId, LaneBox>): void {
  const { record, axis } = view;
  const first = record.lastRow(axis.window.from - 1) + 1;
  const last = record.lastRow(axis.window.to);
  if (last - first > MOST_ROWS) return;
  const place = view.allMessages ? undefined : record.placeOf(view.messagesOf ?? '');
  const drawn = new Set<string>();
  for (let row = first; row <= last; row += 1) {
    const [to, from] = [record.to.at(row), record.from.at(row)];
    if (to === from || (place !== undefined && to !== place && from !== place)) continue;
    const source = boxes.get(record.agents[from]?.id ?? '');
    const target = boxes.get(record.agents[to]?.id ?? '');
    if (source === undefined || target === undefined || source === target) continue;
    const x = axis.xOf(axis.kind === 'time' ? record.at.at(row) : row);
    const key = `${Math.round(x)} ${source.y} ${target.y}`;
    if (drawn.has(key)) continue;
    drawn.add(key);
    const down = target.y > source.y;
    const [start, end] = [source.y + source.height / 2, target.y + target.height / 2];
    pen.line('text2', x, start, x, down ? end - 6 : end + 6);
    pen.head('text2', x, end, down ? 'down' : 'up');
  }
}
