/**
 * A run that is kept where it outlives the command: its words, its key, and what its server stores, in a folder that
 * only its user can read. It goes when the run has its result; what is left over goes after a week, or when there are
 * too many.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printableLines } from '@dragon/report';
import { OperationalError } from '../failure.ts';
import { PROGRAM } from '../program-version.ts';
import { KEPT_RUNS } from '../project-paths.ts';

/** Left over, at a time. */
const MOST = 8;
const KEPT_MS = 7 * 24 * 60 * 60 * 1_000;
const NAME = /^run-[0-9a-f]{12}$/;
/** More is no file of ours. */
const LONGEST = 1_048_576;

/** What is written down of it. */
interface Written {
  readonly program: string;
  /** The words of the command. */
  readonly words: readonly string[];
  readonly key: string;
  readonly planDigest: string;
  /** The process of the command. */
  readonly pid: number;
  readonly startedMs: number;
}

export class KeptRun {
  readonly name: string;
  readonly words: readonly string[];
  readonly key: string;
  /** Whether it goes on from what an earlier command has left. */
  readonly resumes: boolean;
  readonly #written: Written;

  private constructor(name: string, written: Written, resumes: boolean) {
    this.name = name;
    this.words = written.words;
    this.key = written.key;
    this.resumes = resumes;
    this.#written = written;
  }

  /** Makes a new one, and room for it. Throws an `OperationalError` if there can be none. */
  static begin(words: readonly string[], planDigest: string): KeptRun {
    const key = randomBytes(32).toString('base64url');
    const written = { program: PROGRAM, words, key, planDigest, pid: process.pid, startedMs: Date.now() };
    const run = new KeptRun(`run-${randomBytes(6).toString('hex')}`, written, false);
    try {
      removeOld();
      mkdirSync(run.store, { recursive: true, mode: 0o700 });
      run.#write(written);
    } catch (error) {
      throw new OperationalError(`--resumable: a run cannot be kept in ${KEPT_RUNS}: ${reasonOf(error)}`);
    }
    return run;
  }

  /** Takes one over. Throws an `OperationalError` if there is none, or if it is somebody else's now. */
  static resume(name: string): KeptRun {
    const written = NAME.test(name) ? writtenOf(name) : undefined;
    if (written === undefined)
      throw new OperationalError(`there is no run ${printableLines(name)} to go on with${others()}`);
    if (written.program !== PROGRAM)
      throw new OperationalError(
        `${name} is of ${printableLines(written.program)}, and this is ${PROGRAM}: go on with that`,
      );
    if (isAlive(written.pid)) throw new OperationalError(`${name} is going on: process ${written.pid} makes it`);
    const run = new KeptRun(name, written, true);
    run.#write({ ...written, pid: process.pid });
    return run;
  }

  /** Where the server of the run stores what it is given. */
  get store(): string {
    return join(KEPT_RUNS, this.name, 'store');
  }

  /** Throws an `OperationalError` if the words mean another plan now, as those do that name a file. */
  expectPlan(planDigest: string): void {
    if (planDigest === this.#written.planDigest) return;
    throw new OperationalError(
      `the words of ${this.name} mean another run now than when it was begun: a file that they name has changed`,
    );
  }

  /** Forgets it. */
  remove(): void {
    removeKept(this.name);
  }

  /** Whole, or as it was. */
  #write(written: Written): void {
    const file = join(KEPT_RUNS, this.name, 'run.json');
    writeFileSync(`${file}.partial`, JSON.stringify(written), { mode: 0o600 });
    renameSync(`${file}.partial`, file);
  }
}

function keptNames(): string[] {
  try {
    return readdirSync(KEPT_RUNS).filter((name) => NAME.test(name));
  } catch {
    return [];
  }
}

/** Undefined if nothing can be read there that we have written. */
function writtenOf(name: string): Written | undefined {
  try {
    const text = readFileSync(join(KEPT_RUNS, name, 'run.json'), 'utf8');
    const read = text.length > LONGEST ? undefined : (JSON.parse(text) as Partial<Record<keyof Written, unknown>>);
    const { program, words, key, planDigest, pid, startedMs } = read ?? {};
    const isWhole =
      typeof program === 'string' &&
      Array.isArray(words) &&
      words.every((word) => typeof word === 'string') &&
      typeof key === 'string' &&
      typeof planDigest === 'string' &&
      Number.isSafeInteger(pid) &&
      Number.isSafeInteger(startedMs);
    return isWhole ? (read as Written) : undefined;
  } catch {
    return undefined;
  }
}

/** Removes those that are too old or too many, and not going on. */
function removeOld(): void {
  const left = keptNames()
    .map((name) => ({ name, written: writtenOf(name) }))
    .filter(({ written }) => written === undefined || !isAlive(written.pid))
    .sort((a, b) => (b.written?.startedMs ?? 0) - (a.written?.startedMs ?? 0));
  for (const [index, { name, written }] of left.entries())
    if (index >= MOST - 1 || Date.now() - (written?.startedMs ?? 0) > KEPT_MS) removeKept(name);
}

function removeKept(name: string): void {
  rmSync(join(KEPT_RUNS, name), { recursive: true, force: true, maxRetries: 5 });
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function others(): string {
  const names = keptNames().filter((name) => writtenOf(name) !== undefined);
  if (names.length === 0) return ': none is kept; --resumable keeps one';
  return `: in ${KEPT_RUNS} there is ${names.map((name) => `${name} (${printableLines(writtenOf(name)?.words.join(' ') ?? '')})`).join(', ')}`;
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
