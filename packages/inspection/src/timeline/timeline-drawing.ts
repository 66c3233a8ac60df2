/** The drawing of a timeline's lanes: bars below, and what is written on them above. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { drawAgentLane, writeAgentLane } from './agent-lane-drawing.ts';
import { drawArrows } from './arrow-drawing.ts';
import { axisTicks } from './axis-ticks.ts';
import type { Pen } from './pen.ts';
import { drawResourceLane, writeResourceLane } from './resource-lane-drawing.ts';
import { drawStackLane, writeStackLane } from './stack-lane-drawing.ts';
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
    if (lane.kind === 'agent') drawAgentLane(pen, view, lane.agent, box);
    else if (lane.kind === 'resource') drawResourceLane(pen, view, lane.resource, box);
    else drawStackLane(pen, view, lane.agents, box);
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
    if (lane.kind === 'agent') writeAgentLane(pen, view, lane.agent, box, t);
    else if (lane.kind === 'resource') writeResourceLane(pen, view, lane.resource, box, t);
    else writeStackLane(pen, view, lane.agents, box, t);
  }
}

const shiftedBoxes = ({ lanes }: TimelineView, { top }: LaneSight): LaneBox[] =>
  laneBoxes(lanes).map(({ y, height }) => ({ y: y - top, height }));

const isInSight = ({ y, height }: LaneBox, sight: LaneSight): boolean => y + height > 0 && y < sight.height;
