/** The drawing of a stack of equal agents: a thin row for each, or, of many, the share of each look over time. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { plainText, stackWaitText } from '@dragon/report';
import { STATE_LOOKS, type StateLook } from '../state-look.ts';
import { laneSegments } from './lane-segments.ts';
import { fittingText, type Pen } from './pen.ts';
import type { ThemeToken } from '../theme.ts';
import type { LaneBox, TimelineView } from './timeline-view.ts';

const MARGIN = 4;
const TEXT_MARGIN = 6;
const ROW_TONES: Readonly<Record<StateLook, readonly [tone: ThemeToken, alpha: number]>> = {
  run: ['run', 1],
  ready: ['run', 0.45],
  wait: ['wait', 1],
  sleep: ['sleep', 0.5],
  exit: ['exit', 0.8],
  part: ['line2', 1],
};

export function drawStackLane(pen: Pen, view: TimelineView, agents: readonly AgentId[], box: LaneBox): void {
  const { record, axis, faces } = view;
  const pitch = (box.height - 2 * MARGIN) / agents.length;
  for (const [i, agent] of agents.entries()) {
    const place = record.placeOf(agent);
    const y = box.y + MARGIN + i * pitch;
    laneSegments(record, place, axis, (state) => faces.face(state), {
      bar: (x, end, { look }) => drawRow(pen, look, Math.max(0, x), end, y, pitch, 1),
      column: (x, shares) => {
        // A row is too low for heights: the looks lie over each other, each as strong as its share.
        for (const [place_, look] of STATE_LOOKS.entries()) {
          const share = shares[place_] ?? 0;
          if (share > 0) drawRow(pen, look, x, x + 1, y, pitch, share);
        }
      },
    });
  }
}

function drawRow(pen: Pen, look: StateLook, x: number, end: number, y: number, pitch: number, share: number): void {
  const [tone, alpha] = ROW_TONES[look];
  const thickness = look === 'sleep' || look === 'exit' || look === 'part' ? pitch * 0.3 : pitch * 0.65;
  pen.fill(tone, x, y + (pitch - thickness) / 2, end - x, thickness, alpha * share);
}

/** Writes what all of a stack wait for at the cursor, from where the last of them began to wait. */
export function writeStackLane(
  pen: Pen,
  view: TimelineView,
  agents: readonly AgentId[],
  box: LaneBox,
  t: VirtualTime,
): void {
  const waits = agents.map((agent) => view.history.waitAt(agent, t));
  const [first] = waits;
  if (first === undefined || waits.some((wait) => wait?.wait.resource !== first.wait.resource)) return;
  const { axis } = view;
  const from = Math.max(0, ...waits.map((wait) => axis.x(wait?.from ?? 0)));
  const width = Math.min(axis.width, axis.edgeX) - from - 2 * TEXT_MARGIN;
  const fitting =
    width < 40 ? undefined : fittingText(pen, plainText(stackWaitText(first.wait, view.names)), width, 550);
  if (fitting === undefined) return;
  pen.text(fitting, from + TEXT_MARGIN, box.y + box.height / 2, { tone: 'text2', plate: 'panel', weight: 550 });
}
