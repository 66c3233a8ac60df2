/** A view of a timeline: everything that its drawing is a function of. */
import type { AgentId, VirtualTime } from '@dragon/engine';
import type { ReportNames } from '@dragon/report';
import type { RunRecord } from '../run-record.ts';
import type { CrowdCounts } from './crowd-counts.ts';
import type { StateFaces } from './state-faces.ts';
import type { TimeAxis, TimeWindow } from './time-axis.ts';
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

/** A run beside the one that is shown, on the same axis. */
interface OtherRun {
  readonly view: TimelineView;
  /** Where the two stop being the same. */
  readonly differsAt: VirtualTime | undefined;
}

export interface TimelineView {
  readonly record: RunRecord;
  readonly axis: TimeAxis;
  readonly lanes: readonly TimelineLane[];
  readonly history: WaitHistory;
  readonly names: ReportNames;
  readonly faces: StateFaces;
  readonly crowds: CrowdCounts;
  readonly found: ReadonlyMap<AgentId, readonly FoundSpan[]>;
  /** Whose messages are drawn, if not those of all. */
  readonly messagesOf: AgentId | undefined;
  readonly allMessages: boolean;
  readonly other: OtherRun | undefined;
  /** Where nothing is known. */
  readonly gaps: readonly TimeWindow[];
}

const MAIN_HEIGHT = 29;
const HEIGHT = 26;
const OTHER_HEIGHT = 22;

/** Returns where each lane stands, the first at 0. */
export function laneBoxes(lanes: readonly TimelineLane[]): LaneBox[] {
  let y = 0;
  return lanes.map((lane) => {
    const box = { y, height: heightOf(lane) };
    y += box.height;
    return box;
  });
}

function heightOf(lane: TimelineLane): number {
  if (lane.kind === 'other') return OTHER_HEIGHT;
  return lane.kind === 'agent' && lane.isMain ? MAIN_HEIGHT : HEIGHT;
}
