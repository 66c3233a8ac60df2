/** The model of one run's timeline: what is gathered once and grows with the record. */
import type { AgentId } from '@dragon/engine';
import type { LaneMeasure } from '../lane.ts';
import type { RunRecord } from '../run-record.ts';
import { foundSpans } from './found-spans.ts';
import { CrowdCounts } from './crowd-counts.ts';
import { StateFaces } from './state-faces.ts';
import { TimeAxis, type TimeWindow } from './time-axis.ts';
import { type LaneChoices, type TimelineLane, TimelineLanes } from './timeline-lanes.ts';
import type { FoundSpan, TimelineView } from './timeline-view.ts';
import { WaitHistory } from './wait-history.ts';

export class TimelineModel {
  readonly record: RunRecord;
  readonly #history = new WaitHistory();
  readonly #lanes: TimelineLanes;
  readonly #faces: StateFaces;
  readonly #crowds: CrowdCounts;
  #found: ReadonlyMap<AgentId, readonly FoundSpan[]> = new Map();

  constructor(record: RunRecord) {
    this.record = record;
    this.#lanes = new TimelineLanes(record);
    this.#faces = new StateFaces(record);
    this.#crowds = new CrowdCounts(record, this.#lanes.crowds);
  }

  /** Takes in what came since the last call. */
  follow(): void {
    this.#history.follow(this.record.waits);
    this.#crowds.follow();
    this.#found = foundSpans(this.record, this.#history);
  }

  lanes(choices: LaneChoices): TimelineLane[] {
    return this.#lanes.lanes(this.#history, choices);
  }

  /** `width`: pixels that the window is as wide as. */
  view(
    lanes: readonly TimelineLane[],
    kind: LaneMeasure,
    window: TimeWindow,
    width: number,
    more: Partial<Pick<TimelineView, 'messagesOf' | 'allMessages' | 'other' | 'gaps'>> = {},
  ): TimelineView {
    return {
      record: this.record,
      axis: new TimeAxis(this.record, kind, window, width),
      lanes,
      history: this.#history,
      names: this.#lanes.names,
      faces: this.#faces,
      found: this.#found,
      crowds: this.#crowds,
      messagesOf: more.messagesOf,
      allMessages: more.allMessages ?? false,
      other: more.other,
      gaps: more.gaps ?? [],
    };
  }
}
