/** The report of a kernel's log for a person: the dump that matters, the others in a line each, lockdep's warnings. */
import { foldLines, hanging, printable, wrap } from '@dragon/report';
import type { Diagnosis } from './diagnosis.ts';
import { counted, DumpNames } from './dump-names.ts';
import { dumpSentence } from './dump-sentence.ts';
import { dumpText, type PageForm } from './dump-text.ts';
import type { LogFindings } from './log-findings.ts';
import type { LockdepSplat } from './shown-task.ts';

const LISTED = 10;

/** Returns the report, in lines. `name` is that of the file. */
export function logText(name: string, findings: LogFindings, form: PageForm): string[] {
  const { told, dumps, splats, leftOut, unread } = findings;
  const others = dumps.filter((dump) => dump !== told && dump.verdict !== 'nothing');
  const blocks = [
    wrap(headline(name, findings), form.width),
    told === undefined ? [] : dumpText(told, form),
    othersLines(others, dumps, form),
    ...splats.slice(0, LISTED).map((splat) => splatLines(splat, form)),
    ...(splats.length > LISTED ? [[`And ${splats.length - LISTED} more warnings of lockdep.`]] : []),
    unread === 0 ? [] : wrap(unreadWords(unread), form.width),
    leftOut === 0 ? [] : wrap(`Left out, as there are too many: ${leftOut} tasks, dumps or warnings.`, form.width),
  ];
  const lines = blocks.filter((block) => block.length > 0).flatMap((block, i) => (i === 0 ? block : ['', ...block]));
  return lines;
}

const unreadWords = (unread: number) =>
  `Not read, as their form is not known: ${counted(unread, 'line speaks', 'lines speak')} of a blocked task.`;

function headline(name: string, { told, dumps, splats, unread }: LogFindings): string {
  if (told === undefined && unread > 0) return `${printable(name)}: Too little to tell: no blocked task could be read.`;
  if (told === undefined)
    return splats.length > 0
      ? `${printable(name)}: ${counted(splats.length, 'warning', 'warnings')} of lockdep, and no task is blocked`
      : `${printable(name)}: No task is blocked in this log, and lockdep warns of nothing.`;
  const { graph } = told;
  const which = dumps.length === 1 ? '' : `, dump ${dumps.indexOf(told) + 1} of ${dumps.length}`;
  const { release } = graph.dump;
  const kernel = release === undefined ? 'no line tells the release of the kernel' : `kernel ${release}`;
  return `${printable(name)}${which}: ${counted(graph.blocked.length, 'blocked task', 'blocked tasks')} of ${graph.tasks.size} shown${timeOf(told)}; ${kernel}`;
}

function timeOf({ graph }: Diagnosis): string {
  const { from, to } = graph.dump;
  if (from === undefined || to === undefined) return '';
  return to - from < 0.5 ? ` at ${from.toFixed(3)} s` : ` from ${from.toFixed(3)} to ${to.toFixed(3)} s`;
}

function othersLines(others: readonly Diagnosis[], dumps: readonly Diagnosis[], { width, style }: PageForm): string[] {
  if (others.length === 0) return [];
  return [
    style.strong('Other dumps in the file:'),
    ...others.slice(0, LISTED).flatMap((dump) => {
      const heading = `  ${dumps.indexOf(dump) + 1}${timeOf(dump)}, line ${dump.graph.dump.line}: `;
      return foldLines([heading + dumpSentence(dump, new DumpNames(dump))], width);
    }),
    ...(others.length > LISTED ? [`  and ${others.length - LISTED} more`] : []),
  ];
}

/** An order of locks is no hang: it says so. */
function splatLines(
  { kind, title, comm, pid, acquiring, holding, chain, line }: LockdepSplat,
  form: PageForm,
): string[] {
  const { width, style } = form;
  if (kind === 'other')
    return wrap(`LOCKDEP, line ${line}: ${title}. Which locks it means is not read here.`, width).map(style.strong);
  const who = `${comm}:${pid}`;
  const what =
    kind === 'recursive'
      ? `${who} wanted ${acquiring} with a ${holding} in hand`
      : `${who} wanted ${acquiring} with ${holding} in hand, and elsewhere they are taken the other way round`;
  const order = chain.toReversed();
  return [
    ...wrap(`LOCKDEP, line ${line}: ${what}. A possible deadlock, not one that happened.`, width).map(style.strong),
    ...(order.length < 2 ? [] : hanging('  the order seen: ', [...order, order[0] ?? ''].join(' -> '), width)),
  ];
}
