/** Runs that are done, in a file: who gives the same command again goes on from there. */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPlainObject, type Json } from '@dragon/engine';
import { unreadableFile } from '@dragon/report';
import { OperationalError, UnwrittenOutput } from '../failure.ts';

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
 * what a killed process leaves is whole but for the last line; that one is passed over, and its run is made again.
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
    const text = this.#attempt('read', () => readText(this.path));
    const [first = '', ...lines] = text.split('\n');
    if (text === '') {
      this.#attempt('written', () => mkdirSync(dirname(this.path), { recursive: true }));
      this.#append(head);
    } else if (first !== head) {
      throw new OperationalError(`${this.path} ${this.#otherHead(first)}: give another --state, or remove it`);
    } else if (!text.endsWith('\n')) this.#append('');
    this.damaged = lines.filter((line) => line !== '' && !this.#remember(line)).length;
  }

  /** Returns the result of a run that is done. */
  get(key: string): Result | undefined {
    return this.#results.get(key);
  }

  add(key: string, result: Result): void {
    this.#results.set(key, result);
    this.#append(JSON.stringify({ run: key, [this.#kept.member]: result }));
  }

  #remember(line: string): boolean {
    const entry = parsed(line);
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

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
