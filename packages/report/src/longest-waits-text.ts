/** The longest waits of a run, for a person: who waited for how long, for what, and from when. */
import { formatDuration, formatSeconds, type RunResult, SECOND } from '@dragon/engine';
import { groupsBy } from './groups-by.ts';
import { LONG_WAIT, type LongestWaits, type LongWait, type WaitSubject } from './longest-waits.ts';
import { outcomeOf } from './outcome.ts';
import type { ReportNames } from './report-names.ts';
import { textTable } from './text-table.ts';

/** More are a list that nobody reads. */
const SHOWN = 6;

/**
 * Returns a heading and a line for each of the six tasks that waited longest, if that was a second or more, lines ended
 * by newlines; the empty string if there are none, or if the run ended in waits that the report of a deadlock or a
 * stall shows.
 */
export function longestWaitsText(
  waits: Pick<LongestWaits, 'until'>,
  result: Pick<RunResult, 'endedAt' | 'findings'>,
  names: ReportNames,
  width: number,
): string {
  const outcome = outcomeOf(result);
  if (outcome === 'deadlock' || outcome === 'stalled') return '';
  const tasks = [...groupsBy(waits.until(result.endedAt), ({ agent }) => agent).values()];
  if (tasks.length === 0) return '';
  const rest = tasks.length - SHOWN;
  const rows = tasks.slice(0, SHOWN).map((ofTask) => row(ofTask, names));
  return [
    `Waits of ${LONG_WAIT / SECOND} s or more, the longest of each task${rest > 0 ? ` (and of ${rest} more)` : ''}:`,
    ...textTable(rows, { width, indent: '  ' }),
    '',
  ].join('\n');
}

/** Of the waits of one task, the longest first. */
function row([longest, ...shorter]: readonly LongWait[], names: ReportNames): string[] {
  if (longest === undefined) return [];
  const { agent, subject, since, duration, over } = longest;
  const inner = shorter.find((each) => each.subject.kind === 'resource' && isWithin(each, longest));
  const ofIt =
    inner === undefined ? '' : `, ${formatDuration(inner.duration)} of it ${waitedText(inner.subject, names)}`;
  return [
    names.tasks.name(agent),
    formatDuration(duration),
    `${over ? 'from' : 'since'} ${formatSeconds(since)} s`,
    `${waitedText(subject, names)}${ofIt}`,
  ];
}

const isWithin = (inner: LongWait, outer: LongWait): boolean =>
  inner.since >= outer.since && inner.since + inner.duration <= outer.since + outer.duration;

/** Returns `for memory`, `in prune_icache_sb`, `in statfs` or `for shrinker_rwsem for reading`. */
export function waitedText(subject: WaitSubject, { resources }: ReportNames): string {
  switch (subject.kind) {
    case 'memory':
      return 'for memory';
    case 'prune_icache_sb':
      return 'in prune_icache_sb';
    case 'syscall':
      return `in ${subject.call}`;
    case 'resource':
      return `for ${resources.wait(subject)}`;
  }
}
