/**
 * The drawing of arrows between lanes: from whoever waits to whoever is in the way, at the instant the wait began.
 * Where the holder has no lane, the arrow goes on to those whom the holder waits for, dashed, with the holder's name.
 */
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { ThemeToken } from '../theme.ts';
import type { Pen } from './pen.ts';
import type { TimeAxis } from './time-axis.ts';
import type { LaneBox, TimelineView } from './timeline-view.ts';
import { firstAfter, type WaitInterval } from '../wait-intervals.ts';

/** Waits that are narrower have no arrow. */
const NARROWEST = 60;
/** Holders without a lane that an arrow passes, one after another. */
const LONGEST_DETOUR = 4;

type Boxes = ReadonlyMap<AgentId, LaneBox>;

interface Arrow {
  readonly tone: ThemeToken;
  readonly x: number;
  readonly from: LaneBox;
  readonly target: Target;
}

interface Target {
  readonly box: LaneBox;
  /** Names of those that the arrow passed. */
  readonly through: readonly string[];
}

/** `own`: of agents with a lane of their own, from which arrows start; `any`: also of those in a stack. */
export function drawArrows(pen: Pen, view: TimelineView, own: Boxes, any: Boxes): void {
  for (const { tone, x, from, target } of arrows(view, own, any)) {
    const { start, tip, down } = ends(from, target.box);
    pen.line(tone, x, start, x, down ? tip - 4 : tip + 4, {
      width: tone === 'find' ? 2 : 1,
      isDashed: target.through.length > 0,
    });
    pen.head(tone, x, tip, down ? 'down' : 'up');
  }
}

/** Writes the names of those whom arrows pass. */
export function writeArrows(pen: Pen, view: TimelineView, own: Boxes, any: Boxes): void {
  for (const { x, from, target } of arrows(view, own, any)) {
    if (target.through.length === 0) continue;
    const { start, down } = ends(from, target.box);
    const text = target.through.join(', ');
    pen.text(text, x + 6, down ? start + 8 : start - 8, { tone: 'text2', plate: 'panel', weight: 400 });
  }
}

function* arrows(view: TimelineView, own: Boxes, any: Boxes): Generator<Arrow> {
  const instants = probes(view.axis);
  for (const [agent, from] of own)
    for (const { wait, x } of wideWaits(view, agent, instants)) {
      const tone: ThemeToken = isFound(view, wait) ? 'find' : 'wait';
      for (const target of targetsOf(view, any, wait)) yield { tone, x, from, target };
    }
}

function ends(from: LaneBox, to: LaneBox): { readonly start: number; readonly tip: number; readonly down: boolean } {
  const down = to.y > from.y;
  return {
    down,
    start: down ? from.y + from.height - 6 : from.y + 4,
    tip: down ? to.y + 3 : to.y + to.height - 6,
  };
}

/** Instants at pixels that lie so close that every wait with an arrow goes on at one of them, and begins before it. */
function probes(axis: TimeAxis): VirtualTime[] {
  const instants: VirtualTime[] = [];
  for (let x = 0; x < axis.width + NARROWEST; x += NARROWEST / 2) instants.push(axis.instantAt(x));
  return instants;
}

/** The waits of an agent that begin in sight and are wide enough; nobody looks at the many that are not. */
function* wideWaits(
  { axis, history }: TimelineView,
  agent: AgentId,
  instants: readonly VirtualTime[],
): Generator<{ readonly wait: WaitInterval; readonly x: number }> {
  const waits = history.waitsOf(agent);
  let next = firstAfter(waits, axis.window.from - 1);
  for (const t of instants) {
    // Many events may be at one instant: the wait that ends there is as wide as all of them.
    const begun = firstAfter(waits, t);
    for (let place = Math.max(next, firstAfter(waits, t - 1) - 1); place < begun; place += 1) {
      const wait = waits[place];
      if (wait === undefined || wait.from > axis.window.to) return;
      const x = axis.x(wait.from);
      if (Math.min(axis.edgeX, axis.x(wait.to)) - x >= NARROWEST) yield { wait, x };
    }
    next = Math.max(next, begun);
  }
}

/** Whether the wait is one of those that a finding is about. */
function isFound({ found }: TimelineView, { agent, from, to }: WaitInterval): boolean {
  return found.get(agent)?.some((span) => from <= span.from && span.from < to) ?? false;
}

function targetsOf(view: TimelineView, boxes: Boxes, wait: WaitInterval): Target[] {
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
