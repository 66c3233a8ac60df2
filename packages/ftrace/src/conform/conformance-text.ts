/** The account of all rules, as a table, a list of what is wrong, and as the JSON of `dragon conform --json`. */
import { foldLines, textTable } from '@dragon/report';
import type { Disagreement, Tally } from './tally.ts';

/** The object that `dragon conform --json` prints. */
export type ConformanceJson = {
  readonly file: string;
  readonly events: number;
  readonly malformed: number;
  readonly rules: readonly {
    readonly name: string;
    readonly checked: number;
    readonly agreed: number;
    readonly explained: number;
    readonly disagreements: readonly Disagreement[];
  }[];
};

export function conformanceJson(
  file: string,
  { events, malformed }: { readonly events: number; readonly malformed: number },
  tallies: readonly Tally[],
): ConformanceJson {
  return {
    file,
    events,
    malformed,
    rules: tallies.map(({ name, checked, agreed, explained, disagreements }) => ({
      name,
      checked,
      agreed,
      explained,
      disagreements: [...disagreements].sort((a, b) => a.line - b.line),
    })),
  };
}

/** Disagreements shown of each rule; the JSON has all. */
const SHOWN = 10;

/**
 * Returns, in lines of at most `width` columns, the table of rules, then why some events were explained, then what
 * disagrees.
 */
export function conformanceText(tallies: readonly Tally[], width: number): string[] {
  const rows = tallies.map(({ name, checked, agreed, explained, disagreements }) => {
    const share = checked === 0 ? '-' : percent(agreed / checked);
    return [name, checked, agreed, share, explained, disagreements.length].map(String);
  });
  const head = ['rule', 'checked', 'agreed', '', 'explained', 'disagreed'];
  const lines = textTable(rows, { width, head });
  const notes = tallies.flatMap(({ name, notes: inferred }) => [...inferred].map((note) => `  ${name}: ${note}`));
  if (notes.length > 0)
    lines.push('', 'Inferred from the trace:', ...notes.map((note) => note.replace('inferred: ', '')));
  const explained = tallies.flatMap(({ name, explanations }) =>
    explanations.map(({ reason, count, line }) => `  ${name}: ${count}, the first in line ${line}: ${reason}`),
  );
  if (explained.length > 0) lines.push('', 'Explained:', ...explained);
  for (const { name, disagreements } of tallies) {
    if (disagreements.length === 0) continue;
    const sorted = [...disagreements].sort((a, b) => a.line - b.line);
    lines.push('', `${name} disagrees:`, ...sorted.slice(0, SHOWN).map(({ line, text }) => `  line ${line}: ${text}`));
    if (sorted.length > SHOWN) lines.push(`  and ${sorted.length - SHOWN} more (all of them with --json)`);
  }
  return foldLines(lines, width);
}

/** Rounded down: 100 % means all. */
function percent(share: number): string {
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}
