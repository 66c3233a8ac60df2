/** Output files, which are written as a whole or not at all. */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { UnwrittenOutput, UsageError } from './failure.ts';

/** Throws `UnwrittenOutput` if a file cannot be created there: better before an hour of work than after it. */
export function expectWritable(path: string): void {
  expectName(path);
  attempt(path, () => accessSync(resolveTarget(path).special ? path : dirname(path), constants.W_OK));
}

/** Writes a file at once. Throws `UnwrittenOutput`. */
export function writeWholeFile(path: string, text: string): void {
  const file = new WholeFile(path);
  try {
    file.write(Buffer.from(text));
    file.finish();
  } finally {
    file.abandon();
  }
}

/** A file that is written beside its place and takes its name at the end, following a symbolic link. */
export class WholeFile {
  readonly path: string;
  readonly #target: string;
  readonly #temporary: string;
  readonly #onExit = () => this.abandon();
  #descriptor: number | undefined;
  #bytes = 0;

  /** Throws `UnwrittenOutput` if the file cannot be created. */
  constructor(path: string) {
    expectName(path);
    this.path = path;
    const { target, special } = resolveTarget(path);
    this.#target = target;
    // A device or a pipe cannot be replaced by renaming: it is written to directly.
    this.#temporary = special ? target : `${target}.${process.pid}.partial`;
    attempt(path, () => {
      if (!special) rmSync(this.#temporary, { force: true });
      this.#descriptor = openSync(this.#temporary, special ? 'w' : 'wx');
    });
    process.on('exit', this.#onExit);
  }

  /** Written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Throws `UnwrittenOutput`. */
  write(bytes: Uint8Array): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) throw new Error(`${this.path} is finished`);
    attempt(this.path, () => writeFileSync(descriptor, bytes));
    this.#bytes += bytes.length;
  }

  /** Gives the file its name. Throws `UnwrittenOutput`. */
  finish(): void {
    attempt(this.path, () => {
      this.#close();
      if (this.#temporary !== this.#target) renameSync(this.#temporary, this.#target);
    });
    process.off('exit', this.#onExit);
  }

  /** Removes what is not finished; always to be called. */
  abandon(): void {
    this.#close();
    process.off('exit', this.#onExit);
    if (this.#temporary !== this.#target) rmSync(this.#temporary, { force: true });
  }

  #close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** What is empty was a variable of a shell that was not set, and would be taken for this folder. */
function expectName(path: string): void {
  if (path === '') throw new UsageError("'' is no name of a file to write");
}

/** Where a path leads, and whether that is there already and neither a file nor a folder. */
function resolveTarget(path: string): { readonly target: string; readonly special: boolean } {
  try {
    const target = realpathSync(path);
    const status = statSync(target);
    return { target, special: !status.isFile() && !status.isDirectory() };
  } catch {
    return { target: path, special: false };
  }
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new UnwrittenOutput(path, error);
  }
}
