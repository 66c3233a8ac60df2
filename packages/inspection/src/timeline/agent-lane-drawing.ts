/** The drawing of an agent's lane: a bar for each state, a line below it while locks are held, names inside. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { waitBarText } from '@dragon/report';
import { STATE_LOOKS, type StateLook } from '../state-look.ts';
import { laneSegments } from './lane-segments.ts';
import type { StateFace } from './state-faces.ts';
import { fittingText, type Pen } from './pen.ts';
import type { ThemeToken } from '../theme.ts';
import type { LaneBox, TimelineView } from './timeline-view.ts';
import type { HoldSpans } from './wait-history.ts';

/** Bars that are narrower have no text. */
const NARROWEST_TEXT = 40;
const TEXT_MARGIN = 6;
const BAR_TOP = 3;
/** Below the bar: the line of held locks, and air. */
const BAR_BOTTOM = 7;

/** Shares are stacked from the bottom: waits lie at the bottom, so that their height can be read off. */
const FROM_BOTTOM: readonly StateLook[] = ['wait', 'run', 'ready', 'sleep', 'exit', 'part'];
const LOOK_TONES: Readonly<Record<StateLook, ThemeToken>> = {
  run: 'run',
  ready: 'run',
  wait: 'wait',
  sleep: 'sleep',
  exit: 'exit',
  part: 'line2',
};
/** Those that say little are faint where they have only a share. */
const LOOK_STRENGTHS: Readonly<Record<StateLook, number>> = {
  run: 1,
  ready: 0.45,
  wait: 1,
  sleep: 0.45,
  exit: 0.45,
  part: 0.45,
};

export function drawAgentLane(pen: Pen, view: TimelineView, agent: AgentId, box: LaneBox): void {
  const { record, axis, faces } = view;
  const place = record.placeOf(agent);
  if (place < 0) return;
  const y = box.y + BAR_TOP;
  const height = box.height - BAR_TOP - BAR_BOTTOM;
  laneSegments(record, place, axis, (state) => faces.face(state), {
    bar: (x, end, face, _, last) => {
      const isOpen = last + 1 >= record.lane(place).stretches && record.end === undefined;
      drawBar(pen, face.look, x, y, end - x, height, isOpen);
    },
    column: (x, shares) => drawColumn(pen, x, y, height, shares),
  });
  for (const found of foundPixels(view, agent)) {
    const [from, to] = [Math.max(0, found.from), Math.min(axis.width, found.to)];
    if (to > from) pen.fill('find', from, y, Math.max(2, to - from), height);
  }
  drawHolds(pen, view, view.history.holdsOf(agent), y + height + 2);
}

function drawBar(
  pen: Pen,
  look: StateLook,
  x: number,
  y: number,
  width: number,
  height: number,
  isOpen: boolean,
): void {
  switch (look) {
    case 'run':
      pen.fill('run', x, y, width, height);
      break;
    case 'ready':
      if (width < 4) pen.fill('run', x, y, width, height, LOOK_STRENGTHS.ready);
      else pen.frame('run', x, y, width, height, isOpen);
      break;
    case 'wait':
      if (width < 4) pen.fill('wait', x, y, width, height);
      else pen.hatch('wait', x, y, width, height, isOpen);
      break;
    case 'sleep':
      pen.fill('sleep', x, y + height / 4, width, height / 2, 0.5);
      break;
    case 'exit':
      pen.line('line2', x, y + height / 2, x + width, y + height / 2, { width: 1.5, isDashed: true });
      break;
    case 'part':
      pen.frame('line2', x, y + height / 4, width, height / 2, isOpen);
      break;
  }
}

function drawColumn(pen: Pen, x: number, y: number, height: number, shares: Float64Array): void {
  let bottom = y + height;
  for (const look of FROM_BOTTOM) {
    const share = shares[STATE_LOOKS.indexOf(look)] ?? 0;
    if (share <= 0) continue;
    // What happened at all is seen.
    const high = Math.min(bottom - y, Math.max(1, share * height));
    pen.fill(LOOK_TONES[look], x, bottom - high, 1, high, LOOK_STRENGTHS[look]);
    bottom -= high;
  }
}

function drawHolds(pen: Pen, { axis }: TimelineView, spans: HoldSpans | undefined, y: number): void {
  if (spans === undefined) return;
  let place = Math.max(0, spans.lastAtMost(axis.window.from));
  let drawnTo = 0;
  for (place -= place % 2; place < spans.length; place += 2) {
    const x = axis.x(spans.at(place));
    if (x > axis.width) break;
    const end = place + 1 < spans.length ? axis.x(spans.at(place + 1)) : axis.edgeX;
    if (end < drawnTo) continue;
    const from = Math.max(drawnTo, Math.floor(x));
    drawnTo = Math.min(axis.width, Math.max(from + 1, Math.round(end)));
    pen.fill('text2', from, y, drawnTo - from, 2);
    // Those that end in the same pixel would be drawn over it.
    const next = spans.lastAtMost(axis.instantAt(drawnTo), place);
    place = Math.max(place, next - (next % 2) - 2);
  }
}

/** Returns the pixels from which on, and up to which, an agent is a party of each thing that was found. */
function foundPixels({ found, axis }: TimelineView, agent: AgentId): { readonly from: number; readonly to: number }[] {
  return (found.get(agent) ?? []).map(({ from, to }) => ({
    from: axis.x(from),
    to: Math.min(axis.edgeX, axis.x(to)),
  }));
}

/** Writes the names of states into the bars of a lane. */
export function writeAgentLane(pen: Pen, view: TimelineView, agent: AgentId, box: LaneBox, t: VirtualTime): void {
  const { record, axis, faces } = view;
  const place = record.placeOf(agent);
  if (place < 0) return;
  const middle = box.y + BAR_TOP + (box.height - BAR_TOP - BAR_BOTTOM) / 2;
  const lane = record.lane(place);
  const found = foundPixels(view, agent);
  let left = 0;
  laneSegments(record, place, axis, (state) => faces.face(state), {
    bar: (x, end, face, first, last) => {
      const start = Math.max(x, 0, left);
      // A name ends where crimson begins, and what begins in it is crimson up to its end.
      const stop = Math.max(start, Math.min(end, ...found.flatMap(({ from, to }) => (to > start ? [from] : []))));
      if (face.look === 'exit' || stop - start < NARROWEST_TEXT) return;
      const text = barText(view, agent, face, lane.startOf(first), lane.endOf(last));
      const room = stop - start - 2 * TEXT_MARGIN;
      // A whole name says more than half of a sentence.
      const fitting = fittingText(pen, pen.measure(text, 550) <= room ? text : face.leaf, room, 550);
      if (fitting === undefined) return;
      const isFuture = lane.startOf(first) > t;
      left = start + 2 * TEXT_MARGIN + pen.measure(fitting, 550);
      pen.text(fitting, start + TEXT_MARGIN, middle, {
        tone: isFuture ? 'text3' : 'text',
        plate: 'panel',
        weight: 550,
      });
    },
  });
}

/** Returns what stands in a bar: `waitingForAgi: the AGI of AG 0`, or the name alone. */
function barText(view: TimelineView, agent: AgentId, face: StateFace, from: VirtualTime, to: VirtualTime): string {
  if (face.look !== 'wait') return face.leaf;
  const wait = view.history.waitAt(agent, from) ?? view.history.waitAt(agent, Math.max(from, to - 1));
  return wait === undefined ? face.leaf : waitBarText(face.leaf, wait.wait, view.names);
}
