/** Output of an export: a file, whole or not there at all, or standard output. */
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../failure.ts';
import { WholeFile } from '../whole-file.ts';

export interface Output {
  /** The file; undefined for standard output. */
  readonly path: string | undefined;
  /** Written so far. */
  readonly bytes: number;
  /** Throws `UnwrittenOutput`. */
  write(bytes: Uint8Array): void;
  /** Gives the file its name; throws `UnwrittenOutput`. */
  finish(): void;
  /** Removes what is not finished; always to be called. */
  abandon(): void;
}

/** Returns the output that `--out` names. Throws `UnwrittenOutput` for a file that cannot be created. */
export function openOutput(out: string | undefined, terminal: Terminal): Output {
  return out === undefined || out === '-' ? new StandardOutput(terminal) : new WholeFile(out);
}

/** Throws a `UsageError` if what is no text would go to a terminal; `what` names it, as in `a Perfetto trace`. */
export function refuseTerminal(out: string | undefined, what: string, terminal: Terminal): void {
  if (terminal.isTerminal && (out === undefined || out === '-'))
    throw new UsageError(`${what} is nothing to read on a terminal: name a file with --out`);
}

class StandardOutput implements Output {
  readonly path = undefined;
  readonly #terminal: Terminal;
  bytes = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  write(bytes: Uint8Array): void {
    this.#terminal.printBytes(bytes);
    this.bytes += bytes.length;
  }

  finish(): void {}

  abandon(): void {}
}
