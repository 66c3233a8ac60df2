/** The account of all rules: the finding, a table, a list of what is wrong, and the JSON of `dragon conform --json`. */
import { foldLines, packed, textTable } from '@dragon/report';
import type { ParserCounts } from '../parser-counts.ts';
import { type ConformanceVerdict, conformanceVerdict, unreadShare } from './conformance-verdict.ts';
import type { FoundKernel } from './kernel-finder.ts';
import type { Disagreement, Explanation, Tally } from './tally.ts';

/** What a trace was held to, and what came of it. */
export type ConformanceAccount = {
  readonly read: ParserCounts;
  readonly kernel: FoundKernel;
  readonly tallies: readonly Tally[];
  /** The names of the events in the trace. */
  readonly events: ReadonlySet<string>;
};

/** The object that `dragon conform --json` prints. */
export type ConformanceJson = {
  readonly file: string;
  readonly events: number;
  readonly malformed: number;
  readonly unread: number;
  readonly kernel: { readonly releases: string; readonly by: FoundKernel['by'] };
  readonly verdict: ConformanceVerdict;
  readonly rules: readonly {
    readonly name: string;
    readonly checked: number;
    readonly agreed: number;
    readonly explained: number;
    readonly explanations: readonly Explanation[];
    readonly notes: readonly string[];
    readonly needs: readonly string[];
    readonly disagreements: readonly Disagreement[];
  }[];
};

export function conformanceJson(file: string, { read, kernel, tallies }: ConformanceAccount): ConformanceJson {
  const { events, malformed } = read;
  const share = unreadShare(read);
  return {
    file,
    events,
    malformed,
    unread: share.unread,
    kernel: { releases: kernel.kernel.releases, by: kernel.by },
    verdict: conformanceVerdict(tallies, share),
    rules: tallies.map(({ name, checked, agreed, explained, explanations, notes, needs, disagreements }) => ({
      name,
      checked,
      agreed,
      explained,
      explanations,
      notes: [...notes],
      needs,
      disagreements: inOrder(disagreements),
    })),
  };
}

/** Disagreements shown of each rule; the JSON has all. */
const SHOWN = 10;

/**
 * Returns, in lines of at most `width` columns, the table of the rules that had something to check, what each of them
 * says, why some events were explained, what disagrees, and what was not checked; with `verbose` what every rule says
 * and lacks.
 */
export function conformanceText(
  account: ConformanceAccount,
  width: number,
  { verbose = false }: { readonly verbose?: boolean | undefined } = {},
): string[] {
  const { tallies } = account;
  const busy = tallies.filter(({ checked }) => checked > 0);
  const rows = busy.map(({ name, checked, agreed, explained, disagreements }) =>
    [name, checked, agreed, percent(agreed / checked), explained, disagreements.length].map(String),
  );
  const lines = [kernelText(account.kernel)];
  const head = ['rule', 'checked', 'agreed', '', 'explained', 'disagreed'];
  if (rows.length > 0) lines.push('', ...textTable(rows, { width, head }));
  for (const { name, about, disagreements } of busy) {
    if (disagreements.length === 0) continue;
    const sorted = inOrder(disagreements);
    const shown = sorted.slice(0, SHOWN).map(({ line, text }) => `  line ${line}: ${text}`);
    lines.push('', `${name} disagrees (${about}):`, ...shown);
    if (sorted.length > SHOWN) lines.push(`  and ${sorted.length - SHOWN} more (all of them with --json)`);
  }
  const explained = explainedText(busy);
  if (explained.length > 0) lines.push('', 'Explained:', ...explained);
  const notes = busy.flatMap(({ name, notes: inferred }) => [...inferred].map((note) => `  ${name}: ${note}`));
  if (notes.length > 0) lines.push('', 'Inferred from the trace:', ...notes);
  const told = verbose ? tallies : busy;
  const rules = told.map(({ name, about }) => [name, about]);
  return [
    ...foldLines(lines, width),
    ...(rules.length === 0 ? [] : ['', 'The rules:', ...textTable(rules, { width, indent: '  ' })]),
    ...uncheckedText(account, width, verbose),
  ];
}

/** A line for each reason, with the rules that it was given for. */
function explainedText(tallies: readonly Tally[]): string[] {
  const rulesOf = new Map<string, string[]>();
  for (const { name, explanations } of tallies)
    for (const { reason, count, line } of explanations)
      rulesOf.set(reason, [
        ...(rulesOf.get(reason) ?? []),
        `${name} ${count === 1 ? `(line ${line})` : `(${count}, the first in line ${line})`}`,
      ]);
  return [...rulesOf].map(([reason, rules]) => `  ${reason}: ${rules.join(', ')}`);
}

/** Returns the finding: the sentence that a report begins with. */
export function verdictText({ read, tallies }: ConformanceAccount): string {
  const share = unreadShare(read);
  const sum = (count: (tally: Tally) => number) => tallies.reduce((total, tally) => total + count(tally), 0);
  const unread = `${share.unread} of ${share.lines} lines (${Math.round((share.unread / share.lines) * 100)} %) could not be read`;
  switch (conformanceVerdict(tallies, share)) {
    case 'disagrees': {
      const count = sum(({ disagreements }) => disagreements.length);
      const where = tallies.flatMap(({ name, disagreements }) => {
        const [first] = inOrder(disagreements);
        if (first === undefined) return [];
        const more = disagreements.length > 1 ? `${disagreements.length}, the first in ` : '';
        return `${name} (${more}line ${first.line})`;
      });
      return `${count} ${count === 1 ? 'number of the kernel disagrees' : 'numbers of the kernel disagree'} with ours: ${where.join(', ')}${share.unread > 0 ? `; ${unread}` : ''}.`;
    }
    case 'unread':
      return `${unread}: what is left disagrees nowhere, but it is no agreement either.`;
    case 'unchecked':
      return 'Nothing could be checked: this trace says neither that the kernel agrees with us nor that it does not.';
    case 'agrees': {
      const idle = tallies.filter(({ checked }) => checked === 0).length;
      const rest = idle === 0 ? '' : `; ${idle} of ${tallies.length} rules had nothing to check`;
      return `Every number that was checked agrees with ours (${sum(({ agreed }) => agreed)}), or is explained (${sum(({ explained }) => explained)})${rest}.`;
    }
  }
}

function kernelText({ kernel: { releases }, by, fit, misfit }: FoundKernel): string {
  switch (by) {
    case 'option':
      return `Kernel: ${releases}, as you say.`;
    case 'header':
      return `Kernel: ${releases}, by the head of the trace.`;
    case 'form':
      return `Kernel: ${releases}, by the form of its events.`;
    case 'inodegc':
      return `Kernel: ${releases}, as it has inodegc.`;
    case 'arithmetic': {
      const others = misfit === 0 ? '' : `, ${misfit} only of others`;
      return `Kernel: ${releases}, by its arithmetic (${fit} ${fit === 1 ? 'number' : 'numbers'} not of all kernels${others}).`;
    }
    case 'nothing':
      return `Kernel: the trace does not tell; taken for ${releases} (--kernel says which).`;
  }
}

/** Which rules found nothing, and which events to record so that all of them do. */
function uncheckedText({ tallies, events, kernel }: ConformanceAccount, width: number, verbose: boolean): string[] {
  const idle = tallies.filter(({ checked }) => checked === 0);
  if (idle.length === 0) return [];
  const old = kernel.by !== 'nothing' && kernel.kernel.until !== undefined;
  const recordable = tallies.filter(({ needs }) => !old || !needs.some(isInodegc));
  const without = old ? '; kernels before 5.14 have no inodegc' : '';
  const names = `Nothing to check: ${idle.map(({ name }) => name).join(', ')} (--verbose says why${without}).`;
  const needed = [...new Set(recordable.flatMap(({ needs }) => needs))].sort();
  return [
    '',
    ...foldLines(verbose ? ['Nothing to check:', ...idleText(idle, events)] : [names], width),
    `What ${old ? 'the others' : 'all rules'} need is recorded with:`,
    ...shellLines(['trace-cmd record', ...needed.map((event) => `-e ${event}`)], width),
  ];
}

const isInodegc = (event: string) => event.startsWith('xfs:xfs_inodegc_');

/** A line for the rules that lack the same events. */
function idleText(idle: readonly Tally[], events: ReadonlySet<string>): string[] {
  const rulesOf = new Map<string, string[]>();
  for (const { name, needs } of idle) {
    const missing = needs.map(nameOnly).filter((event) => !events.has(event));
    const why = missing.length > 0 ? `no ${missing.join(', ')}` : 'its events are there, but none that it can check';
    rulesOf.set(why, [...(rulesOf.get(why) ?? []), name]);
  }
  return [...rulesOf].map(([why, names]) => `  ${names.join(', ')}: ${why}`);
}

const nameOnly = (event: string) => event.slice(event.indexOf(':') + 1);

/** Lines of one command, as a shell reads them. */
function shellLines(words: readonly string[], width: number): string[] {
  const lines = packed(words, ' ', width - 6);
  return lines.map((line, i) => `${i === 0 ? '  ' : '    '}${line}${i < lines.length - 1 ? ' \\' : ''}`);
}

function inOrder(disagreements: readonly Disagreement[]): readonly Disagreement[] {
  return [...disagreements].sort((a, b) => a.line - b.line);
}

/** Rounded down: 100 % means all. */
function percent(share: number): string {
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}
