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
  for (let i = Math.max(0, history.at.lastAtMost(axis.window.from)); i < history.at.length; ) {
    const x = Math.max(0, axis.x(history.at.at(i)));
    if (x > limit) break;
    const left = Math.floor(x);
    // All that begin in one pixel are drawn at once: as held if any is, and as high as the longest queue.
    const last = Math.max(i, history.at.lastAtMost(axis.instantAt(left + 1) - 1, i));
    const end = last + 1 < history.at.length ? Math.min(limit, axis.x(history.at.at(last + 1))) : limit;
    if (last > i || history.holders(i).length > 0) frameFrom ??= x;
    if (history.holders(last).length === 0 && frameFrom !== undefined) {
      const stop = last > i ? left + 1 : x;
      pen.frame('line2', frameFrom, y, Math.max(1, stop - frameFrom), height, false);
      frameFrom = undefined;
    }
    const longest = history.longestIn(i, last);
    const high = Math.max(1, (longest / full) * height);
    if (longest > 0) {
      const right = history.queue.at(last) > 0 ? Math.max(left + 1, Math.round(end)) : left + 1;
      pen.fill('wait', left, y + height - high, 1, high, 0.45);
      const after = Math.max(1, (history.queue.at(last) / full) * height);
      if (right > left + 1) pen.fill('wait', left + 1, y + height - after, right - left - 1, after, 0.45);
    }
    i = last + 1;
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
