/**
 * Commands that a page of the documentation tells its reader to type, with the words that stand beside them.
 *
 * The pages keep to this: a block marked `sh` has commands, each with a comment or none, behind or above;
 * one marked `console` has commands behind `$ ` and what they print, `[...]` for lines left out; one marked `bash` is a
 * script for another machine, and opens with a remark; a command in the middle of a sentence begins with npx, npm or
 * docker. `dragon run`, without npx, only speaks of one.
 */

export interface DocumentedCommand {
  /** As one types it, in one line. */
  readonly command: string;
  /** File and line. */
  readonly where: string;
  /** The comment behind or above it, or the paragraph around it. */
  readonly beside: string;
  readonly inSentence: boolean;
  /** What the page says it prints. */
  readonly output?: readonly string[];
}

export interface Page {
  readonly commands: readonly DocumentedCommand[];
  /** Scripts for another machine. */
  readonly scripts: readonly string[];
  /** Commands that are spoken of: `dragon run --json`. */
  readonly mentions: readonly { readonly text: string; readonly where: string }[];
  /** Lines that look like commands and are in no block for them. */
  readonly strays: readonly string[];
}

const FENCE = /^```(\S*)/;
/** A heading, an item of a list, a row of a table: each is a paragraph of its own. */
const PART = /^(?:#+ |\s*- |\s*\d+\. |\|)/;
const TYPED = /^(?:npx|npm|docker) /;
const SPOKEN = /^(?:dragon|pnpm) [a-z]/;
const STRAY = /^(?:\$ )?(?:npx|npm|docker|dragon) /;

/** Reads a page of Markdown. */
export function readPage(file: string, text: string): Page {
  const commands: DocumentedCommand[] = [];
  const mentions: { text: string; where: string }[] = [];
  const scripts: string[] = [];
  const strays: string[] = [];
  let paragraph: string[] = [];
  let paragraphAt = 0;
  const endParagraph = () => {
    const beside = paragraph.map((line) => line.trim()).join(' ');
    const where = `${file}:${paragraphAt}`;
    for (const [, code = ''] of beside.matchAll(/`([^`]+)`/g)) {
      if (TYPED.test(code)) commands.push({ command: code, where, beside, inSentence: true });
      else if (SPOKEN.test(code)) mentions.push({ text: code, where });
    }
    paragraph = [];
  };
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    const language = FENCE.exec(line)?.[1];
    if (language === undefined) {
      if (line.trim() === '' || PART.test(line)) endParagraph();
      if (paragraph.length === 0) paragraphAt = i + 1;
      paragraph.push(line);
      continue;
    }
    endParagraph();
    const first = i + 2;
    const block: string[] = [];
    while ((lines[(i += 1)] ?? '```') !== '```') block.push(lines[i] ?? '');
    if (language === 'sh') commands.push(...shellCommands(file, first, block));
    else if (language === 'console') commands.push(...sessionCommands(file, first, block));
    else if (language === 'bash') scripts.push(block.join('\n'));
    else strays.push(...block.filter((each) => STRAY.test(each)).map((each) => `${file}: ${each}`));
  }
  endParagraph();
  return { commands, scripts, mentions, strays };
}

function shellCommands(file: string, first: number, block: readonly string[]): DocumentedCommand[] {
  const commands: DocumentedCommand[] = [];
  let [begun, above] = ['', ''];
  for (const [i, line] of block.entries()) {
    const whole = begun + line.trim();
    begun = whole.endsWith('\\') ? whole.slice(0, -1) : '';
    if (begun !== '' || whole === '') continue;
    if (whole.startsWith('# ')) {
      above = whole.slice('# '.length);
      continue;
    }
    const { command, beside } = commandAndComment(whole);
    commands.push({ command, beside: beside || above, where: `${file}:${first + i}`, inSentence: false });
    above = '';
  }
  return commands;
}

function sessionCommands(file: string, first: number, block: readonly string[]): DocumentedCommand[] {
  const starts = block.flatMap((line, i) => (line.startsWith('$ ') ? [i] : []));
  return starts.map((start, i) => ({
    ...commandAndComment((block[start] ?? '').slice(2)),
    where: `${file}:${first + start}`,
    inSentence: false,
    output: block.slice(start + 1, starts[i + 1]),
  }));
}

function commandAndComment(line: string): { command: string; beside: string } {
  const at = line.indexOf('  # ');
  return at < 0
    ? { command: line, beside: '' }
    : { command: line.slice(0, at).trim(), beside: line.slice(at + '  # '.length).trim() };
}

/** Reads the examples in a text of `--help`: lines of two spaces, a command, and what it means behind two more. */
export function readExamples(where: string, text: string): DocumentedCommand[] {
  return text
    .split('\n')
    .filter((line) => /^ {2}(?:npx )?dragon(?: |$)/.test(line))
    .map((line) => {
      const [command = '', ...meaning] = line.trim().split(/ {2,}/);
      const typed = command.startsWith('npx ') ? command : `npx ${command}`;
      return { command: typed, where, beside: meaning.join(' '), inSentence: false };
    });
}

/** Returns the words of a command as a shell takes them apart: spaces, and quotes that nothing is expanded in. */
export function shellWords(command: string): string[] {
  return [...command.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replaceAll(/['"]/g, ''));
}

/**
 * Returns the first line of a sample that a command did not print where the sample has it, or undefined: what stands
 * between two `[...]` are lines that follow each other, and the sample begins and ends as the output does.
 */
export function missingFrom(output: string, sample: readonly string[]): string | undefined {
  const lines = output.trimEnd().split('\n').map(timeless);
  let at = 0;
  for (const [i, run] of runsOf(sample).entries()) {
    const starts = i === 0 ? [0] : Array.from({ length: lines.length - at + 1 }, (_, k) => at + k);
    const found = starts.find((start) => alike(lines, run, start) === run.length);
    if (found === undefined) return run[Math.max(...starts.map((start) => alike(lines, run, start)))];
    at = found + run.length;
  }
  return sample.at(-1) === GAP || at === lines.length ? undefined : `(the end, not ${lines[at] ?? ''})`;
}

const GAP = '[...]';

/** The lines between gaps; a sample that begins with a gap begins with a run of none. */
function runsOf(sample: readonly string[]): string[][] {
  const runs: string[][] = [[]];
  for (const line of sample.join('\n').trimEnd().split('\n').map(timeless))
    if (line === GAP) runs.push([]);
    else runs.at(-1)?.push(line);
  return runs;
}

/** How many lines of a run stand there, from its first on. */
function alike(lines: readonly string[], run: readonly string[], start: number): number {
  const other = run.findIndex((line, k) => lines[start + k] !== line);
  return other < 0 ? run.length : other;
}

/** How long a run took on the clock on the wall is nobody's to promise. */
const timeless = (line: string) => line.trimEnd().replace(/(\d process(?:es)?), \d+\.\d s$/, '$1, … s');
