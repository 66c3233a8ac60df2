/** Runs that are done, in a file: who gives the same command again goes on from there. */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPlainObject, type Json } from '@dragon/engine';
import { unreadableFile } from '@dragon/report';
import { OperationalError, UnwrittenOutput } from '../failure.ts';
import { wholeLines } from './whole-lines.ts';

/** What a command keeps, and what of. */
export interface Kept<Result> {
  /** As in `dragon compare`. */
  readonly command: string;
  /** What the results depend on besides the name of the run: the first line. Its `format` is the command's own. */
  readonly head: { readonly format: string; readonly [what: string]: Json };
  /** The member of a line that has the result. */
  readonly member: string;
  readonly isResult: (value: unknown) => value is Result;
  /** Returns what the runs of another head are of, as in `another length`. */
  readonly other: (head: { readonly [what: string]: unknown }) => string;
}

/**
 * JSON lines: what they are the runs of, then one for each run. Lines are only ever added, each by one write, so that
 * what a killed process leaves is whole but for the last line; that one is passed over, and its run is made again. So
 * is that of a line that was altered: each has a checksum, as a digit that is another is a result like any other.
 */
export class KeptRuns<Result> {
  readonly path: string;
  /** Lines that could not be read. */
  readonly damaged: number;
  readonly #kept: Kept<Result>;
  readonly #results = new Map<string, Result>();

  /**
   * Opens or creates the file; without a path, one in the folder that is named after what it keeps. Throws
   * `OperationalError` if it cannot be used, or `UnwrittenOutput`.
   */
  constructor(path: string | undefined, folder: string, kept: Kept<Result>) {
    const head = JSON.stringify(kept.head);
    this.#kept = kept;
    this.path = path ?? join(folder, `${createHash('sha256').update(head).digest('hex').slice(0, 16)}.jsonl`);
    const { first, isEnded, damaged } = this.#attempt('read', () => this.#read(head));
    this.damaged = damaged;
    if (first === undefined) {
      this.#attempt('written', () => mkdirSync(dirname(this.path), { recursive: true }));
      this.#append(head);
    } else if (first !== head) {
      throw new OperationalError(`${this.path} ${this.#otherHead(first)}: give another --state, or remove it`);
    } else if (!isEnded) this.#append('');
  }

  /** Returns the result of a run that is done. */
  get(key: string): Result | undefined {
    return this.#results.get(key);
  }

  add(key: string, result: Result): void {
    this.#results.set(key, result);
    const text = JSON.stringify({ run: key, [this.#kept.member]: result });
    this.#append(`${text.slice(0, -1)}${endOf(text)}`);
  }

  /** Returns the first line, undefined of an empty file; what follows it is remembered if it is `head`. */
  #read(head: string) {
    let first: string | undefined;
    let isEnded = true;
    let damaged = 0;
    for (const { line, isEnded: ended } of linesIn(this.path)) {
      isEnded = ended;
      if (first === undefined) first = line;
      else if (line !== '' && !this.#remember(line)) damaged += 1;
      if (first !== head) break;
    }
    return { first, isEnded, damaged };
  }

  #remember(line: string): boolean {
    const text = `${line.slice(0, -END_LENGTH)}}`;
    if (line.slice(-END_LENGTH) !== endOf(text)) return false;
    const entry = parsed(text);
    if (!isPlainObject(entry)) return false;
    const { run, [this.#kept.member]: result } = entry;
    if (typeof run !== 'string' || !this.#kept.isResult(result)) return false;
    this.#results.set(run, result);
    return true;
  }

  #otherHead(line: string): string {
    const head = parsed(line);
    const { command, head: own, other } = this.#kept;
    if (!isPlainObject(head) || head['format'] !== own.format) return `is not a file of ${command}`;
    return `holds runs of ${other(head)}`;
  }

  #append(line: string): void {
    this.#attempt('written', () => appendFileSync(this.path, `${line}\n`));
  }

  #attempt<T>(what: 'read' | 'written', action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (what === 'written')
        throw new UnwrittenOutput(this.path, error, 'make room there, or give --state FILE in another folder');
      throw new OperationalError(unreadableFile(this.path, error));
    }
  }
}

function* linesIn(path: string): ReturnType<typeof wholeLines> {
  try {
    yield* wholeLines(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** Returns what a line ends with instead of the last bracket of its text: the checksum of the text. */
const endOf = (text: string) => `,"sum":"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"}`;

const END_LENGTH = endOf('').length;

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
