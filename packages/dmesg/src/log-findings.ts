/** What a whole log comes to: each dump judged, and which of them to tell. */
import { type Diagnosis, diagnosis, type Verdict } from './diagnosis.ts';
import type { KernelLog } from './kernel-log-parser.ts';
import { withoutPassedCycles } from './passed-cycles.ts';
import type { LockdepSplat } from './shown-task.ts';

export interface LogFindings {
  /** In the order of the log. */
  readonly dumps: readonly Diagnosis[];
  /** The one to tell: the last of those with the gravest verdict. */
  readonly told: Diagnosis | undefined;
  readonly splats: readonly LockdepSplat[];
  readonly leftOut: number;
  /** Lines that speak of a blocked task in a form that is not known. */
  readonly unread: number;
  /** That of the dump that is told; `order` if no task is blocked, and lockdep has warned. */
  readonly verdict: Verdict | 'order';
}

const GRAVEST_FIRST: readonly Verdict[] = ['deadlock', 'stall', 'unclear', 'nothing'];

/** Returns the findings of the log. */
export function logFindings({ dumps: shown, splats, leftOut, unread }: KernelLog): LogFindings {
  const dumps = withoutPassedCycles(shown.map(diagnosis));
  const gravest = GRAVEST_FIRST.find((verdict) => dumps.some((dump) => dump.verdict === verdict));
  const told = dumps.findLast(({ verdict }) => verdict === gravest);
  const verdict = gravest ?? 'nothing';
  const ifNothing = unread > 0 ? 'unclear' : splats.length > 0 ? 'order' : 'nothing';
  return { dumps, told, splats, leftOut, unread, verdict: verdict === 'nothing' ? ifNothing : verdict };
}
