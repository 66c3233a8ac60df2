/** The drawing of a resource's lane: a frame while somebody has it, filled as high as its queue is long. */
import type { VirtualTime } from '@dragon/engine';
import { type Holder, plainText, resourceLaneText } from '@dragon/report';
import { fittingText, type Pen } from './pen.ts';
import type { LaneBox, TimelineView } from './timeline-view.ts';

const MARGIN = 4;
const TEXT_MARGIN = 6;
/** Shorter queues are drawn as parts of this many. */
const FULL_QUEUE = 4;
const NARROWEST_TEXT = 80;

export function drawResourceLane(pen: Pen, view: TimelineView, resource: string, box: LaneBox): void {
  const history = view.history.resources.get(resource);
  if (history === undefined) return;
  const { axis, record } = view;
  const y = box.y + MARGIN;
  const height = box.height - 2 * MARGIN;
  const full = Math.max(FULL_QUEUE, history.longest);
  const limit = Math.min(axis.width, axis.edgeX);
  let frameFrom: number | undefined;
  // The longest queue of those that lie in one pixel.
  let [column, longest] = [-1, 0];
  const first = Math.max(0, history.at.lastAtMost(axis.window.from));
  for (let i = first; i < history.at.length; i += 1) {
    const x = Math.max(0, axis.x(history.at.at(i)));
    if (x > limit) break;
    const end = i + 1 < history.at.length ? Math.min(limit, axis.x(history.at.at(i + 1))) : limit;
    const isHeld = history.holders(i).length > 0;
    if (isHeld) frameFrom ??= x;
    else if (frameFrom !== undefined) {
      pen.frame('line2', frameFrom, y, Math.max(1, x - frameFrom), height, false);
      frameFrom = undefined;
    }
    const queued = history.queue.at(i);
    const left = Math.floor(x);
    longest = left === column ? Math.max(longest, queued) : queued;
    column = left;
    if (longest === 0) continue;
    const high = Math.max(1, (longest / full) * height);
    pen.fill('wait', left, y + height - high, Math.max(1, Math.round(end) - left), high, 0.45);
  }
  if (frameFrom !== undefined && limit > frameFrom)
    pen.frame('line2', frameFrom, y, limit - frameFrom, height, record.end === undefined);
}

/** Writes who has the resource at the cursor, and how many wait for it. */
export function writeResourceLane(pen: Pen, view: TimelineView, resource: string, box: LaneBox, t: VirtualTime): void {
  const history = view.history.resources.get(resource);
  const stretch = history?.at.lastAtMost(t) ?? -1;
  if (history === undefined || stretch < 0) return;
  const holders = history.holders(stretch);
  if (holders.length === 0) return;
  let first = stretch;
  while (first > 0 && history.holders(first - 1)[0] === holders[0]) first -= 1;
  const { axis } = view;
  const from = Math.max(0, axis.x(history.at.at(first)));
  const to = Math.min(axis.width, axis.edgeX);
  if (to - from < NARROWEST_TEXT) return;
  const fitting = fittingText(pen, resourceText(view, resource, t), to - from - 2 * TEXT_MARGIN, 550);
  if (fitting === undefined) return;
  pen.text(fitting, from + TEXT_MARGIN, box.y + box.height / 2, { tone: 'text2', plate: 'panel', weight: 550 });
}

/** Returns who has a resource at `t`, and how many wait for it: `xfs_scrub holds it · 8 in its queue`. */
export function resourceText({ record, names }: TimelineView, resource: string, t: VirtualTime): string {
  const { resources, tasks } = record.waitsAt(t);
  const { holders, facts } = resources.get(resource) ?? { holders: new Map<string, number>(), facts: undefined };
  const named = [...holders.keys()].map((agent): Holder => {
    const held = tasks.get(agent)?.holds.find((hold) => hold.resource === resource);
    return { agent, mode: held?.mode ?? '' };
  });
  const queued = facts?.waiters.reduce((sum, chunk) => sum + chunk.length, 0) ?? 0;
  return plainText(resourceLaneText(resource, named, queued, names));
}
