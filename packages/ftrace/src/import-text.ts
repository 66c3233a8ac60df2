/** Summary of a trace as text for a person. */
import { formatDuration, formatSeconds } from '@dragon/engine';
import { foldLines, textTable } from '@dragon/report';
import type { Count, ImportSummary } from './import-summary.ts';
import type { ParserCounts } from './parser-counts.ts';
import type { TimelineEntry } from './timeline.ts';

/** Lines shown of each list; the JSON has more. */
const SHOWN_TASKS = 12;
const SHOWN_MALFORMED = 20;
const SHOWN_ENTRIES = 200;

/** Returns lines of at most `width` columns: span, events, tasks, and what could not be read. */
export function importText(
  summary: ImportSummary,
  { malformed, lost, overwritten, outOfOrder }: ParserCounts,
  width: number,
): string[] {
  const { events, from, to, cpus, hz } = summary;
  const lines = [
    `${events} events in ${formatDuration(to - from)} (${formatSeconds(from)} to ${formatSeconds(to)}), ` +
      `${cpus.length} CPU${cpus.length === 1 ? '' : 's'}${hz === undefined ? '' : `, HZ=${hz}`}`,
    '',
    'Events',
    ...table(summary.byEvent, Number.POSITIVE_INFINITY, width),
    '',
    'Tasks',
    ...table(summary.byTask, SHOWN_TASKS, width),
  ];
  if (summary.unknownEvents.length > 0)
    lines.push('', `Without a rule or a statistic: ${summary.unknownEvents.join(', ')}`);
  lines.push('', `Malformed lines: ${malformed}`);
  lines.push(...summary.malformed.slice(0, SHOWN_MALFORMED).map(({ line, text }) => `  line ${line}: ${text}`));
  if (malformed > SHOWN_MALFORMED) lines.push(`  and ${malformed - SHOWN_MALFORMED} more`);
  lines.push(
    `Lost events: ${lost}${overwritten > 0 ? `, and ${overwritten} overwritten before the trace was read` : ''}`,
  );
  lines.push(
    ...summary.lost
      .slice(0, SHOWN_MALFORMED)
      .map(({ line, cpu, count }) => `  line ${line}: ${count ?? 'some'} of CPU ${cpu}`),
  );
  if (outOfOrder > 0) lines.push(`Events with a time before that of the event above them: ${outOfOrder}`);
  return foldLines(lines, width);
}

/** Returns a line an entry: seconds since the first event, and what happened. */
export function timelineText(
  from: number,
  entries: readonly TimelineEntry[],
  omitted: number,
  width: number,
): string[] {
  const shown = entries.slice(0, SHOWN_ENTRIES);
  const more = entries.length - shown.length + omitted;
  const rows = shown.map(({ at, text }) => [((at - from) / 1_000_000_000).toFixed(6).padStart(12), text]);
  if (more > 0) rows.push(['', `and ${more} more (with --json)`]);
  return textTable(rows, { width });
}

function table(counts: readonly Count[], most: number, width: number): string[] {
  const rows = counts.slice(0, most).map(({ name, events }) => [name, String(events)]);
  const rest = counts.slice(most);
  if (rest.length > 0) {
    const others = rest.reduce((sum, { events }) => sum + events, 0);
    rows.push([`${rest.length} more`, String(others)]);
  }
  return textTable(rows, { width, indent: '  ' });
}
