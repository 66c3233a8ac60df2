/** Summary of a trace as text for a person. */
import { formatDuration, formatSeconds } from '@dragon/engine';
import { foldLines, printable, textTable } from '@dragon/report';
import type { Count, ImportSummary, UnreadLine } from './import-summary.ts';
import type { ParserCounts } from './parser-counts.ts';
import type { TimelineEntry } from './timeline.ts';

/** Lines shown of each list; the JSON has more. */
const SHOWN_TASKS = 12;
const SHOWN_UNREAD = 20;
const SHOWN_ENTRIES = 200;

/** Returns lines of at most `width` columns: span, events, tasks, and what could not be read. */
export function importText(summary: ImportSummary, counts: ParserCounts, width: number): string[] {
  const { events, from, to, cpus, hz } = summary;
  const lines = [
    `${events} ${events === 1 ? 'event' : 'events'} in ${formatDuration(to - from)} (${formatSeconds(from)} to ${formatSeconds(to)}), ` +
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
  lines.push('', ...unreadText(summary, counts));
  return foldLines(lines.map(printable), width);
}

function unreadText(summary: ImportSummary, counts: ParserCounts): string[] {
  const { malformed, lost, overwritten, outOfOrder, restarts, otherForms, foreign } = counts;
  const lines = [`Malformed lines: ${malformed}`, ...listed(summary.malformed, malformed)];
  if (otherForms > 0)
    lines.push(`Events in a form that is not known: ${otherForms}`, ...listed(summary.otherForms, otherForms));
  if (foreign > 0) lines.push(`Lines that are not of a trace: ${foreign}`, ...listed(summary.foreign, foreign));
  const shown = summary.lost.slice(0, SHOWN_UNREAD);
  lines.push(
    `Lost events: ${lost}${overwritten > 0 ? `, and ${overwritten} overwritten before the trace was read` : ''}`,
    ...shown.map(({ line, cpu, count }) => `  line ${line}: ${count ?? 'some'} of CPU ${cpu}`),
  );
  if (summary.lost.length > shown.length) lines.push(`  and ${summary.lost.length - shown.length} more`);
  if (restarts > 0)
    lines.push(`Traces in it, one after another: ${restarts + 1}; the timeline has all of them, by the time of each`);
  if (outOfOrder > 0) lines.push(`Events with a time before that of the event above them: ${outOfOrder}`);
  const { stackLines, functionLines, folded, withoutCpu, unnamed } = counts;
  if (stackLines > 0) lines.push(`Lines of stacks, each of the event above it: ${stackLines}`);
  if (functionLines > 0) lines.push(`Lines of the function tracers: ${functionLines}`);
  if (folded > 0) lines.push(`Lines folded out of the line above them: ${folded}`);
  if (withoutCpu > 0) lines.push(`Events whose line names no CPU, counted as CPU 0: ${withoutCpu}`);
  if (unnamed > 0) lines.push(`Events of tasks that no line names: ${unnamed}`);
  return lines;
}

function listed(unread: readonly UnreadLine[], all: number): string[] {
  const lines = unread.slice(0, SHOWN_UNREAD).map(({ line, text }) => `  line ${line}: ${text}`);
  return all > lines.length ? [...lines, `  and ${all - lines.length} more`] : lines;
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
  const rows = shown.map(({ at, text }) => [((at - from) / 1_000_000_000).toFixed(6).padStart(12), printable(text)]);
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
