/** Works that a dump of workqueues shows in the hands of workers: `7:xfs_inodegc_worker [xfs] BAR(43), 12:fn`. */
import { functionOf } from '@dragon/kernel';
import { printedNumber } from './printed-number.ts';
import type { InFlightWork } from './shown-task.ts';

const WORK = /^(\d+)(?:\(RESCUER\))?:(\S+)/;
/** Who waits in a flush for the end of the work before it. */
const BARRIER = /\bBAR\((\d+)\)/g;

/** Returns each work of the line, with its worker and those who wait for its end. */
export function inFlightWorks(text: string, workqueue: string): InFlightWork[] {
  return text.split(', ').flatMap((part) => {
    const match = WORK.exec(part);
    if (match === null) return [];
    const flushers = [...part.matchAll(BARRIER)].map(([, pid]) => printedNumber(pid));
    return [{ worker: printedNumber(match[1]), work: functionOf(match[2] ?? ''), workqueue, flushers }];
  });
}
