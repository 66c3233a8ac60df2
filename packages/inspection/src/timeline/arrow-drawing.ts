/**
 * The drawing of arrows between lanes: from whoever waits to whoever is in the way, at the instant the wait began.
 * Where the holder has no lane, the arrow goes on to those whom the holder waits for, dashed, with the holder's name.
 */
import type { AgentId } from '@dragon/engine';
import type { ThemeToken } from '../theme.ts';
import type { Pen } from './pen.ts';
import type { LaneBox, TimelineView } from './timeline-view.ts';
import type { WaitInterval } from '../wait-intervals.ts';
import { firstAfter } from './wait-history.ts';

/** Waits that are narrower have no arrow. */
const NARROWEST = 6;
/** Holders without a lane that an arrow passes, one after another. */
const LONGEST_DETOUR = 4;

interface Target {
  readonly box: LaneBox;
  /** Names of those that the arrow passed. */
  readonly through: readonly string[];
}

export function drawArrows(pen: Pen, view: TimelineView, boxes: ReadonlyMap<AgentId, LaneBox>): void {
  for (const [agent, box] of boxes)
    for (const { wait, x } of wideWaits(view, agent)) {
      const tone: ThemeToken = isFound(view, wait) ? 'find' : 'wait';
      for (const target of targetsOf(view, boxes, wait)) drawArrow(pen, tone, x, box, target);
    }
}

/** The waits of an agent that begin in sight and are wide enough: of those that begin in one pixel, the last may be. */
function* wideWaits(
  { axis, history }: TimelineView,
  agent: AgentId,
): Generator<{ readonly wait: WaitInterval; readonly x: number }> {
  const waits = history.waitsOf(agent);
  let place = firstAfter(waits, axis.window.from - 1);
  while (place < waits.length) {
    const first = waits[place];
    if (first === undefined || first.from > axis.window.to) break;
    const pixelEnd = axis.instantAt(Math.floor(axis.x(first.from)) + 1);
    place = Math.max(place + 1, firstAfter(waits, pixelEnd - 1));
    const wait = waits[place - 1];
    if (wait === undefined) break;
    const x = axis.x(wait.from);
    if (Math.min(axis.edgeX, axis.x(wait.to)) - x >= NARROWEST) yield { wait, x };
  }
}

/** Whether the wait is one of those that a finding is about. */
function isFound({ found }: TimelineView, { agent, from, to }: WaitInterval): boolean {
  const span = found.get(agent);
  return span !== undefined && from <= span.from && span.from < to;
}

function targetsOf(view: TimelineView, boxes: ReadonlyMap<AgentId, LaneBox>, wait: WaitInterval): Target[] {
  const targets: Target[] = [];
  const seen = new Set<AgentId>([wait.agent]);
  const walk = (holders: readonly AgentId[], through: readonly string[]): void => {
    for (const holder of holders) {
      if (seen.has(holder)) continue;
      seen.add(holder);
      const box = boxes.get(holder);
      if (box !== undefined) targets.push({ box, through });
      else if (through.length < LONGEST_DETOUR) {
        const next = view.history.waitAt(holder, wait.from);
        if (next !== undefined) walk(view.history.holders(next), [...through, view.names.tasks.name(holder)]);
      }
    }
  };
  walk(view.history.holders(wait), []);
  return targets;
}

function drawArrow(pen: Pen, tone: ThemeToken, x: number, from: LaneBox, { box, through }: Target): void {
  const down = box.y > from.y;
  const start = down ? from.y + from.height - 6 : from.y + 4;
  const tip = down ? box.y + 3 : box.y + box.height - 6;
  const isDashed = through.length > 0;
  pen.line(tone, x, start, x, down ? tip - 4 : tip + 4, { width: 2, isDashed });
  pen.head(tone, x, tip, down ? 'down' : 'up');
  if (isDashed)
    pen.text(through.join(', '), x + 6, down ? start + 8 : start - 8, { tone: 'text2', plate: 'panel', weight: 400 });
}
