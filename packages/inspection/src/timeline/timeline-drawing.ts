/** The drawing of a timeline's lanes: bars below, and what is written on them above. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { drawAgentLane, writeAgentLane } from './agent-lane-drawing.ts';
import { drawArrows } from './arrow-drawing.ts';
import { axisTicks } from './axis-ticks.ts';
import { drawCrowdLane } from './crowd-lane-drawing.ts';
import type { Pen } from './pen.ts';
import { drawResourceLane, writeResourceLane } from './resource-lane-drawing.ts';
import { drawStackLane, writeStackLane } from './stack-lane-drawing.ts';
import type { TimelineLane } from './timeline-lanes.ts';
import { type LaneBox, laneBoxes, type TimelineView } from './timeline-view.ts';

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
  const boxOf = new Map<AgentId, LaneBox>();
  for (const [i, lane] of view.lanes.entries()) {
    const box = boxes[i];
    if (lane.kind === 'agent' && box !== undefined) boxOf.set(lane.agent, box);
  }
  drawArrows(pen, view, boxOf);
}

/** Writes what stands on the bars, as of the cursor at `t`. */
export function writeLanes(pen: Pen, view: TimelineView, sight: LaneSight, t: VirtualTime): void {
  const boxes = shiftedBoxes(view, sight);
  for (const [i, lane] of view.lanes.entries()) {
    const box = boxes[i];
    if (box === undefined || !isInSight(box, sight)) continue;
    writeLane(pen, view, lane, box, t);
  }
}

function drawLane(pen: Pen, view: TimelineView, lane: TimelineLane, box: LaneBox): void {
  switch (lane.kind) {
    case 'agent':
      drawAgentLane(pen, view, lane.agent, box);
      break;
    case 'resource':
      drawResourceLane(pen, view, lane.resource, box);
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
