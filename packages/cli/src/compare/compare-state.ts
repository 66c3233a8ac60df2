/** The runs of a comparison that are done, in a file: who starts the same comparison again goes on from there. */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunMeasures } from '@dragon/compare';
import { unreadableFile } from '@dragon/report';
import { OperationalError, UnwrittenOutput } from '../failure.ts';
import { COMPARE_CACHE } from '../project-paths.ts';

/** What decides a run's measures besides the run's own settings. */
export interface StateOrigin {
  readonly scenario: string;
  readonly untilNs: number;
  /** The hash of the program that makes the runs. */
  readonly model: string;
}

const FORMAT = 'dragon-compare-1';

/**
 * JSON lines: what they are the runs of, then one for each run. Lines are only ever added, each by one write, so that
 * what a killed process leaves is whole but for the last line; that one is passed over, and its run is made again.
 */
export class CompareState {
  readonly path: string;
  /** Lines that could not be read. */
  readonly damaged: number;
  readonly #measures = new Map<string, RunMeasures>();

  /** Opens or creates the file. Throws `OperationalError` if it cannot be used, or `UnwrittenOutput`. */
  constructor(path: string | undefined, origin: StateOrigin) {
    const head = headOf(origin);
    this.path = path ?? join(COMPARE_CACHE, `${createHash('sha256').update(head).digest('hex').slice(0, 16)}.jsonl`);
    const text = this.#attempt('read', () => readText(this.path));
    const [first = '', ...lines] = text.split('\n');
    if (text === '') {
      this.#attempt('written', () => mkdirSync(dirname(this.path), { recursive: true }));
      this.#append(head);
    } else if (first !== head) {
      throw new OperationalError(`${this.path} ${otherOrigin(first, origin)}: give another --state, or remove it`);
    } else if (!text.endsWith('\n')) this.#append('');
    this.damaged = lines.filter((line) => line !== '' && !this.#remember(line)).length;
  }

  /** Returns the measures of a run that is done. */
  get(key: string): RunMeasures | undefined {
    return this.#measures.get(key);
  }

  add(key: string, measures: RunMeasures): void {
    this.#measures.set(key, measures);
    this.#append(JSON.stringify({ run: key, measures }));
  }

  #remember(line: string): boolean {
    const entry = parsed(line);
    if (!isEntry(entry)) return false;
    this.#measures.set(entry.run, entry.measures);
    return true;
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

function headOf({ scenario, untilNs, model }: StateOrigin): string {
  return JSON.stringify({ format: FORMAT, scenario, untilNs, model });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function otherOrigin(line: string, { scenario, untilNs }: StateOrigin): string {
  const head = parsed(line);
  if (typeof head !== 'object' || head === null || !('format' in head) || head.format !== FORMAT)
    return 'is not a file of dragon compare';
  if ('scenario' in head && head.scenario !== scenario)
    return `holds runs of another scenario, ${String(head.scenario)}`;
  if ('untilNs' in head && head.untilNs !== untilNs) return 'holds runs of another length';
  return 'holds runs of another version of the program';
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isEntry(entry: unknown): entry is { run: string; measures: RunMeasures } {
  if (typeof entry !== 'object' || entry === null || !('run' in entry) || !('measures' in entry)) return false;
  const { run, measures } = entry;
  return typeof run === 'string' && typeof measures === 'object' && measures !== null && 'kswapdStalls' in measures;
}
