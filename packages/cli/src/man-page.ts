/** Manual page of the command, made of the same commands, options and texts as its help. */
import { EXIT_CODES, wrap } from '@dragon/report';
import type { Command } from 'commander';
import { EXAMPLE_ROWS } from './help-texts.ts';
import { PROGRAM } from './program-version.ts';

/** No text of the help is folded when the page has so many columns: a paragraph is a line. */
export const ENDLESS = 1_000_000;

/** Of the source: mandoc complains of more than 80, escapes included. */
const COLUMNS = 64;

/** Returns the page in man(7); `program` was made for a page of `ENDLESS` columns, `date` is that of the version. */
export function manPage(program: Command, date: string): string {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  return [
    '.\\" Made by packages/cli/src/man-page.ts of what the help says.',
    `.TH DRAGON 1 "${date}" "${PROGRAM}" "User Commands"`,
    '.ad l',
    '.SH NAME',
    'dragon \\- deadlocks between memory reclaim and file systems, simulated',
    '.SH SYNOPSIS',
    `.B dragon`,
    text(program.usage()),
    '.SH DESCRIPTION',
    paragraph(program.description()),
    '.SH OPTIONS',
    ...options(program),
    '.SH COMMANDS',
    ...commands.flatMap((command) => [
      `.SS ${text(`dragon ${help.subcommandTerm(command)}`)}`,
      paragraph(command.description()),
      ...options(command),
      ...prose(textAfter(command)),
    ]),
    '.SH EXAMPLES',
    ...EXAMPLE_ROWS.flatMap(([command, meaning]) => ['.TP', `.B ${text(command)}`, text(meaning)]),
    '.SH EXIT STATUS',
    ...EXIT_CODES.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, paragraph(meaning)]),
    '',
  ].join('\n');
}

function options(command: Command): string[] {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .filter((option) => option.long !== '--help' || command.parent === null)
    .flatMap((option) => ['.TP', `.B ${text(help.optionTerm(option))}`, paragraph(help.optionDescription(option))]);
}

/** What the help of a command says below its options. */
function textAfter(command: Command): string {
  let shown = '';
  command.configureOutput({ writeOut: (more) => void (shown += more) });
  command.outputHelp();
  return shown.slice(command.helpInformation().length);
}

/** Lines that begin with a space stay lines; all others are paragraphs. */
function prose(lines: string): string[] {
  let literal = false;
  const made: string[] = [];
  for (const line of lines.split('\n')) {
    const isLiteral = line.startsWith(' ');
    if (isLiteral !== literal) made.push(isLiteral ? '.EX' : '.EE');
    literal = isLiteral;
    if (isLiteral) made.push(text(line));
    else if (line !== '') made.push('.PP', paragraph(line));
  }
  return literal ? [...made, '.EE'] : made;
}

const paragraph = (line: string) => wrap(line, COLUMNS).map(text).join('\n');

/** A line of text as roff takes it: a dash that is one, quotes, letters that are not of ASCII, no request. */
function text(line: string): string {
  const escaped = Array.from(line, (letter) => ESCAPED[letter] ?? (letter > '~' ? unicode(letter) : letter)).join('');
  // An option is copied from the page: it may not be broken.
  const whole = ` ${escaped}`.replaceAll(' \\-', ' \\%\\-').slice(1);
  return whole.startsWith('.') ? `\\&${whole}` : whole;
}

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\e', '-': '\\-', "'": '\\(aq' };

const unicode = (letter: string) => `\\[u${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
