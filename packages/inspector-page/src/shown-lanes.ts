/** The lanes that the timeline shows, as a signal that changes only when they do. */
import type { RunRecord } from '@dragon/inspection';
import { FirstDifference, lanesBeside, type TimelineLane, TimelineModel } from '@dragon/inspection';
import type { TraceDiff } from '@dragon/report';
import { computed, type ReadonlySignal } from '@preact/signals';
import type { PageState } from './page-state.ts';
import type { ShownLanes } from './timeline-painter.ts';

interface Beside {
  readonly record: RunRecord;
  readonly model: TimelineModel;
  readonly difference: FirstDifference;
}

/** Undefined without a run. */
export function shownLanes(state: PageState): ReadonlySignal<ShownLanes | undefined> {
  let model: TimelineModel | undefined;
  let beside: Beside | undefined;
  let last: ShownLanes | undefined;
  return computed(() => {
    void state.revision.value;
    const record = state.record.value;
    if (record === undefined) return undefined;
    if (model?.record !== record) model = new TimelineModel(record);
    model.follow();
    const other = state.other.value;
    if (other === undefined) beside = undefined;
    else if (beside?.record !== other || last?.model !== model)
      beside = { record: other, model: new TimelineModel(other), difference: new FirstDifference(record, other) };
    beside?.model.follow();
    const all = model.lanes({
      pins: state.pins.value,
      selection: state.selection.value,
      hidden: state.hiddenLanes.value,
      unfolded: state.unfoldedLanes.value,
    });
    // What is presented is about those who wait for each other.
    const main = state.present.value ? all.filter(isMainLane) : [];
    const own = main.length > 0 ? main : all;
    const lanes = other === undefined ? own : lanesBeside(own, other);
    const differsAt = firstInstant(state.difference.value) ?? beside?.difference.instant();
    const isSame =
      last?.model === model &&
      last.other?.model === beside?.model &&
      last.other?.differsAt === differsAt &&
      lanes.length === last.lanes.length &&
      lanes.every((lane, i) => isAlike(lane, last?.lanes[i]));
    if (!isSame) last = { model, lanes, other: beside && { model: beside.model, differsAt } };
    return last;
  });
}

/** Returns the instant of a difference in the run that comes to it first; undefined without one. */
function firstInstant(difference: TraceDiff | undefined): number | undefined {
  if (difference === undefined || difference.equal) return undefined;
  const instants = [difference.left, difference.right].flatMap(([row]) => (row === undefined ? [] : [row.at]));
  return Math.min(...instants);
}

const isAlike = (one: TimelineLane, other: TimelineLane | undefined): boolean =>
  one.key === other?.key && one.title === other.title && isMainLane(one) === isMainLane(other);

/** Whether the lane is one of those that the run is about. */
export const isMainLane = (lane: TimelineLane): boolean => lane.kind === 'agent' && lane.isMain;
