/** The drawing of faults on a timeline: a line through all lanes at the instant of each in the run's plan. */
import { faultName, faultsOf } from '@dragon/kernel';
import type { RunRecord } from '../run-record.ts';
import type { Flagged } from './finding-flags.ts';
import type { Pen } from './pen.ts';
import type { TimelineView } from './timeline-view.ts';

export function drawFaults(pen: Pen, { axis, record }: TimelineView, height: number): void {
  for (const { at } of faultsOf(record.plan)) {
    const x = axis.x(at);
    if (x >= 0 && x <= axis.width) pen.line('you', x, 0, x, height, { isDashed: true });
  }
}

/** Returns what the axis says of them, as far as the run has come. */
export function faultFlags({ plan, edge }: RunRecord): Flagged[] {
  return faultsOf(plan).flatMap((fault) =>
    fault.at <= edge ? [{ tag: faultName(fault), at: fault.at, tone: 'you' as const }] : [],
  );
}
