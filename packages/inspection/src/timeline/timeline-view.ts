/** A view of a timeline: everything that its drawing is a function of. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { ReportNames } from '@dragon/report';
import type { RunRecord } from '../run-record.ts';
import type { CrowdCounts } from './crowd-counts.ts';
import type { StateFaces } from './state-faces.ts';
import type { TimeAxis } from './time-axis.ts';
import type { TimelineLane } from './timeline-lanes.ts';
import type { WaitHistory } from './wait-history.ts';

/** Where a lane stands, in pixels. */
export interface LaneBox {
  readonly y: number;
  readonly height: number;
}

/** While an agent was a party of a finding. */
export interface FoundSpan {
  readonly from: VirtualTime;
  readonly to: VirtualTime;
}

export interface TimelineView {
  readonly record: RunRecord;
  readonly axis: TimeAxis;
  readonly lanes: readonly TimelineLane[];
  readonly history: WaitHistory;
  readonly names: ReportNames;
  readonly faces: StateFaces;
  readonly crowds: CrowdCounts;
  readonly found: ReadonlyMap<AgentId, FoundSpan>;
}

const MAIN_HEIGHT = 29;
const HEIGHT = 26;

/** Returns where each lane stands, the first at 0. */
export function laneBoxes(lanes: readonly TimelineLane[]): LaneBox[] {
  let y = 0;
  return lanes.map((lane) => {
    const height = lane.kind === 'agent' && lane.isMain ? MAIN_HEIGHT : HEIGHT;
    const box = { y, height };
    y += height;
    return box;
  });
}
