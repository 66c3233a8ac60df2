/**
 * The drawing of verdicts on an agent's lane: a mark at the instant at which a rule struck a message from it or to it,
 * or a timer of its own. A cross where it never comes, a point downwards where it comes otherwise than usual.
 */
import type { AgentId, ToldVerdict } from '@dragon/engine';
import type { VerdictSpan } from '../verdict-log.ts';
import type { Pen } from './pen.ts';
import type { TimeAxis } from './time-axis.ts';
import type { LaneBox, TimelineView } from './timeline-view.ts';

/** Marks that lie closer would be one. */
const DISTANCE = 3;
const HALF = 3.5;

export function drawVerdicts(pen: Pen, view: TimelineView, agent: AgentId, box: LaneBox): void {
  const span = view.record.verdicts.of(agent);
  if (span === undefined) return;
  const { axis } = view;
  let next = span.at.lastAtMost(axis.window.from - 1) + 1;
  while (next < span.at.length && span.at.at(next) <= axis.window.to) {
    const x = axis.x(span.at.at(next));
    const first = next;
    next = behind(span, axis, x + DISTANCE, next);
    drawMark(pen, x, box.y, span.told.slice(first, next));
  }
}

/** Returns the place of the first verdict from that pixel on. */
function behind({ at }: VerdictSpan, axis: TimeAxis, x: number, near: number): number {
  return Math.max(near, at.lastAtMost(axis.instantAt(x), near)) + 1;
}

function drawMark(pen: Pen, x: number, top: number, verdicts: readonly ToldVerdict[]): void {
  if (!verdicts.some(({ fate }) => fate === 'drop')) {
    pen.head('you', x, top + 2 * HALF, 'down');
    return;
  }
  pen.line('you', x - HALF, top, x + HALF, top + 2 * HALF, { width: 2 });
  pen.line('you', x - HALF, top + 2 * HALF, x + HALF, top, { width: 2 });
}

/** Returns the verdicts whose marks are at that pixel. */
export function verdictsNear({ record, axis }: TimelineView, agent: AgentId, x: number): readonly ToldVerdict[] {
  const span = record.verdicts.of(agent);
  if (span === undefined) return [];
  const first = span.at.lastAtMost(axis.instantAt(x - HALF) - 1) + 1;
  return span.told.slice(first, span.at.lastAtMost(axis.instantAt(x + HALF)) + 1);
}
