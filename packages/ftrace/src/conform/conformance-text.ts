/** The account of all rules, as a table, a list of what is wrong, and as the JSON of `dragon conform --json`. */
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
 * Returns, in lines of at most `width` columns, the table of rules, then why some events were explained, what
 * disagrees, and what was not checked.
 */
export function conformanceText(account: ConformanceAccount, width: number): string[] {
  const { tallies } = account;
  const rows = tallies.map(({ name, checked, agreed, explained, disagreements }) => {
    if (checked === 0) return [name, 'nothing'];
    return [name, checked, agreed, percent(agreed / checked), explained, disagreements.length].map(String);
  });
  const lines = [
    kernelText(account.kernel),
    '',
    ...textTable(rows, { width, head: ['rule', 'checked', 'agreed', '', 'explained', 'disagreed'] }),
  ];
  const notes = tallies.flatMap(({ name, notes: inferred }) => [...inferred].map((note) => `  ${name}: ${note}`));
  if (notes.length > 0) lines.push('', 'Inferred from the trace:', ...notes);
  const explained = tallies.flatMap(({ name, explanations }) =>
    explanations.map(({ reason, count, line }) => `  ${name}: ${count}, the first in line ${line}: ${reason}`),
  );
  if (explained.length > 0) lines.push('', 'Explained:', ...explained);
  for (const { name, disagreements } of tallies) {
    if (disagreements.length === 0) continue;
    const sorted = inOrder(disagreements);
    lines.push('', `${name} disagrees:`, ...sorted.slice(0, SHOWN).map(({ line, text }) => `  line ${line}: ${text}`));
    if (sorted.length > SHOWN) lines.push(`  and ${sorted.length - SHOWN} more (all of them with --json)`);
  }
  return [...foldLines(lines, width), ...uncheckedText(account, width)];
}

/** Returns the sentence that a report ends with. */
export function verdictText({ read, tallies }: ConformanceAccount): string {
  const share = unreadShare(read);
  const sum = (count: (tally: Tally) => number) => tallies.reduce((total, tally) => total + count(tally), 0);
  const unread = `${share.unread} of ${share.lines} lines (${Math.round((share.unread / share.lines) * 100)} %) could not be read`;
  switch (conformanceVerdict(tallies, share)) {
    case 'disagrees': {
      const count = sum(({ disagreements }) => disagreements.length);
      return `${count} ${count === 1 ? 'number of the kernel disagrees' : 'numbers of the kernel disagree'} with ours${share.unread > 0 ? `; ${unread}` : ''}.`;
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

/** Which events to record for the rules that found nothing. */
function uncheckedText({ tallies, events }: ConformanceAccount, width: number): string[] {
  const idle = tallies.filter(({ checked }) => checked === 0);
  if (idle.length === 0) return [];
  const rulesOf = new Map<string, string[]>();
  for (const { name, needs } of idle) {
    const missing = needs.map(nameOnly).filter((event) => !events.has(event));
    const why = missing.length > 0 ? `no ${missing.join(', ')}` : 'its events are there, but none that it can check';
    rulesOf.set(why, [...(rulesOf.get(why) ?? []), name]);
  }
  const needed = [...new Set(idle.flatMap(({ needs }) => needs))].sort();
  return [
    '',
    'Nothing to check:',
    ...foldLines(
      [...rulesOf].map(([why, names]) => `  ${names.join(', ')}: ${why}`),
      width,
    ),
    'To record what they need:',
    ...shellLines(['trace-cmd record', ...needed.map((event) => `-e ${event}`)], width),
  ];
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
