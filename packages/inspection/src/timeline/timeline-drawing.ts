/** The drawing of a timeline's lanes: bars below, and what is written on them above. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { drawAgentLane, writeAgentLane } from './agent-lane-drawing.ts';
import { drawArrows, writeArrows } from './arrow-drawing.ts';
import { axisTicks } from './axis-ticks.ts';
import { drawCrowdLane } from './crowd-lane-drawing.ts';
import { drawFaults } from './fault-drawing.ts';
import { drawMessages } from './message-drawing.ts';
import type { Pen } from './pen.ts';
import { drawResourceLane, writeResourceLane } from './resource-lane-drawing.ts';
import { drawStackLane, writeStackLane } from './stack-lane-drawing.ts';
import type { TimelineLane } from './timeline-lanes.ts';
import { type LaneBox, laneBoxes, type TimelineView } from './timeline-view.ts';
import { drawVerdicts } from './verdict-drawing.ts';

/** The part of all lanes, from top to bottom in pixels, that is in sight. */
export interface LaneSight {
  readonly top: number;
  readonly height: number;
}

/** Draws bars and arrows; what stands at `top` comes to 0. */
export function drawLanes(pen: Pen, view: TimelineView, sight: LaneSight): void {
  for (const { x } of axisTicks(view.axis)) pen.line('line', x, 0, x, sight.height);
  const boxes = shiftedBoxes(view, sight);
  for (const [i, lane] of view.lanes.entries()) {
    const box = boxes[i];
    if (box === undefined || !isInSight(box, sight)) continue;
    drawLane(pen, view, lane, box);
  }
  drawGaps(pen, view, sight);
  const { own, any } = boxesOfAgents(view, boxes);
  if (view.allMessages || view.messagesOf !== undefined) drawMessages(pen, view, any);
  drawArrows(pen, view, own, any);
  drawFaults(pen, view, sight.height);
  const differsAt = view.other?.differsAt;
  if (differsAt !== undefined) {
    const x = view.axis.x(differsAt);
    pen.line('you', x, 0, x, sight.height, { width: 2, isDashed: true });
  }
}

/** Where nothing is known, hatching says so. */
function drawGaps(pen: Pen, { axis, gaps }: TimelineView, { height }: LaneSight): void {
  for (const { from, to } of gaps) {
    const [x, end] = [Math.max(0, axis.x(from)), Math.min(axis.width, axis.x(to))];
    if (end > x) pen.hatch('sleep', x, 0, end - x, height, true);
  }
}

/** Returns the lanes of agents that have their own, and of those in stacks, too. */
function boxesOfAgents({ lanes }: TimelineView, boxes: readonly LaneBox[]) {
  const own = new Map<AgentId, LaneBox>();
  const any = new Map<AgentId, LaneBox>();
  for (const [i, lane] of lanes.entries()) {
    const box = boxes[i];
    if (box === undefined) continue;
    if (lane.kind === 'agent') own.set(lane.agent, box);
    else if (lane.kind === 'stack' || lane.kind === 'crowd') for (const agent of lane.agents) any.set(agent, box);
  }
  // A lane of its own says more than a stack.
  for (const [agent, box] of own) any.set(agent, box);
  return { own, any };
}

/** Writes what stands on the bars, as of the cursor at `t`. */
export function writeLanes(pen: Pen, view: TimelineView, sight: LaneSight, t: VirtualTime): void {
  const boxes = shiftedBoxes(view, sight);
  for (const [i, lane] of view.lanes.entries()) {
    const box = boxes[i];
    if (box === undefined || !isInSight(box, sight)) continue;
    writeLane(pen, view, lane, box, t);
  }
  const { own, any } = boxesOfAgents(view, boxes);
  writeArrows(pen, view, own, any);
}

function drawLane(pen: Pen, view: TimelineView, lane: TimelineLane, box: LaneBox): void {
  switch (lane.kind) {
    case 'agent':
      drawAgentLane(pen, view, lane.agent, box);
      drawVerdicts(pen, view, lane.agent, box);
      break;
    case 'resource':
      drawResourceLane(pen, view, lane.resource, box);
      break;
    case 'other':
      if (view.other === undefined) break;
      drawAgentLane(pen, view.other.view, lane.agent, box);
      drawVerdicts(pen, view.other.view, lane.agent, box);
      break;
    case 'stack':
      drawStackLane(pen, view, lane.agents, box);
      break;
    case 'crowd':
      drawCrowdLane(pen, view, lane.agents, box);
      break;
  }
}

function writeLane(pen: Pen, view: TimelineView, lane: TimelineLane, box: LaneBox, t: VirtualTime): void {
  switch (lane.kind) {
    case 'agent':
      writeAgentLane(pen, view, lane.agent, box, t);
      break;
    case 'resource':
      writeResourceLane(pen, view, lane.resource, box, t);
      break;
    case 'other':
      if (view.other !== undefined) writeAgentLane(pen, view.other.view, lane.agent, box, t);
      break;
    case 'stack':
      writeStackLane(pen, view, lane.agents, box, t);
      break;
    case 'crowd':
      break;
  }
}

const shiftedBoxes = ({ lanes }: TimelineView, { top }: LaneSight): LaneBox[] =>
  laneBoxes(lanes).map(({ y, height }) => ({ y: y - top, height }));

const isInSight = ({ y, height }: LaneBox, sight: LaneSight): boolean => y + height > 0 && y < sight.height;
