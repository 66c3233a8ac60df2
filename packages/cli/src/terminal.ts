/**
 * The terminal of the command: results go to standard output, everything else to standard error, and one live line on a
 * terminal.
 */
import { pageWidth, terminalStyle, type TerminalStyle } from '@dragon/report';

export interface Terminal {
  /** Whether standard output takes colours. */
  readonly colour: boolean;
  readonly style: TerminalStyle;
  /** Columns of the page that is printed on. */
  readonly width: number;
  /** Writes to standard output. */
  print(text: string): void;
  /** Writes a line to standard error. */
  note(text: string): void;
  /** Shows a line that the next one replaces; only on a terminal, and a few times a second. */
  live(text: string): void;
  /** Removes the live line. */
  still(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LIVE_MS = 80;
const ERASE = '\r\u001b[K';

/** Returns the terminal of this process. NO_COLOR (no-color.org) and TERM=dumb are respected. */
export function processTerminal(env: Environment): Terminal {
  const { stdout, stderr } = process;
  const dumb = env['TERM'] === 'dumb';
  const colour = stdout.isTTY && !dumb && !env['NO_COLOR'];
  const canErase = stderr.isTTY && !dumb;
  let shown = false;
  let shownAt = -LIVE_MS;
  const still = () => {
    if (shown) stderr.write(ERASE);
    shown = false;
  };
  return {
    colour,
    style: terminalStyle(colour),
    width: pageWidth(stdout.isTTY ? stdout.columns : undefined, env['COLUMNS']),
    print(text) {
      still();
      stdout.write(text);
    },
    note(text) {
      still();
      stderr.write(`${text}\n`);
    },
    live(text) {
      if (!canErase || performance.now() - shownAt < LIVE_MS) return;
      shownAt = performance.now();
      shown = true;
      // A line that wraps could not be erased.
      stderr.write(ERASE + text.slice(0, (stderr.columns || 80) - 1));
    },
    still,
  };
}
