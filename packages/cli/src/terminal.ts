/**
 * The terminal of the command: results go to standard output, everything else to standard error, and one live line on a
 * terminal. What goes to standard error may quote others, in frames, traces and names of files: here all of it is made
 * safe to print.
 */
import { pageWidth, printable, printableLines, terminalStyle, type TerminalStyle } from '@dragon/report';

export interface Terminal {
  /** Whether standard output takes colours. */
  readonly colour: boolean;
  /** Whether a person reads standard output. */
  readonly isTerminal: boolean;
  readonly style: TerminalStyle;
  /** Columns of the page that is printed on. */
  readonly width: number;
  /** Writes to standard output. */
  print(text: string): void;
  /** Writes to standard output what is not text. */
  printBytes(bytes: Uint8Array): void;
  /** Writes a line to standard error, or several; nothing in them is obeyed. */
  note(text: string): void;
  /** Shows a line that the next one replaces; only on a terminal, and a few times a second. */
  live(text: string): void;
  /** Removes the live line. */
  still(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What a terminal needs of `process.stdout` and `process.stderr`. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string | Uint8Array): unknown;
}

const LIVE_MS = 80;
const ERASE = '\r\u001b[K';

/** Returns the terminal that these streams make. NO_COLOR (no-color.org) and TERM=dumb are respected. */
export function terminalOf(env: Environment, stdout: TerminalStream, stderr: TerminalStream): Terminal {
  const dumb = env['TERM'] === 'dumb';
  const colour = stdout.isTTY === true && !dumb && !env['NO_COLOR'];
  const canErase = stderr.isTTY === true && !dumb;
  let shown = false;
  let shownAt = -LIVE_MS;
  const still = () => {
    if (shown) stderr.write(ERASE);
    shown = false;
  };
  return {
    colour,
    isTerminal: stdout.isTTY === true,
    style: terminalStyle(colour),
    width: pageWidth(stdout.isTTY ? stdout.columns : undefined, env['COLUMNS']),
    print(text) {
      still();
      stdout.write(text);
    },
    printBytes(bytes) {
      still();
      stdout.write(bytes);
    },
    note(text) {
      still();
      stderr.write(`${printableLines(text)}\n`);
    },
    live(text) {
      if (!canErase || performance.now() - shownAt < LIVE_MS) return;
      shownAt = performance.now();
      shown = true;
      // A line that wraps could not be erased.
      stderr.write(ERASE + printable(text).slice(0, (stderr.columns || 80) - 1));
    },
    still,
  };
}
