/**
 * Writes a trace while its run goes on. A run hands out records without ever waiting: a block of them is put into
 * columns at once, compressed by a thread of Node's pool, and written when those before it are. If the pool falls
 * behind, the run's own thread compresses, so that memory stays bounded whatever the run does.
 */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { gzip, gzipSync } from 'node:zlib';
import type { CensusSample, FactsChange, Plan, Row, ToldVerdict } from '@dragon/engine';
import { BlockBuilder } from './block-builder.ts';
import { TraceError } from './trace-error.ts';
import { type TraceFooter, traceHeader, type TraceSubject } from './trace-format.ts';
import { formatIndex, type TraceBlock } from './trace-index.ts';
import { formatMember, type MemberKind, type MemberPlace } from './trace-member.ts';

/** Texts that wait to be compressed or written: as many as the pool has threads. */
const MOST_WAITING = 4;

const gzipInPool = promisify(gzip);

/**
 * The file appears under its name when `finish` is done; until then it is a temporary file beside it. Its bytes depend
 * on subject, plan, records and footer alone. Whatever goes wrong aborts `signal`, and has removed the temporary file
 * then.
 */
export class TraceWriter {
  readonly path: string;
  readonly #target: string;
  readonly #temporary: string;
  readonly #failure = new AbortController();
  readonly #blocks: TraceBlock[] = [];
  #plan: MemberPlace = { offset: 0, length: 0 };
  #file: number | undefined;
  #size = 0;
  readonly #builder = new BlockBuilder((text, summary) =>
    this.#pack('block', text, (place) => {
      this.#blocks.push({ ...place, ...summary });
    }),
  );
  #waiting = 0;
  #written: Promise<void> = Promise.resolve();

  /** Throws a `TraceError` if the file cannot be created. */
  constructor(path: string, subject: TraceSubject, plan: Plan) {
    this.path = path;
    const { target, special } = resolveTarget(path);
    this.#target = target;
    // A device or a pipe cannot be replaced by renaming: it is written to directly.
    this.#temporary = special ? target : `${target}.${process.pid}.partial`;
    try {
      // What a killed process with our number left behind; never a link that somebody put there.
      if (!special) rmSync(this.#temporary, { force: true });
      this.#file = openSync(this.#temporary, special ? 'w' : 'wx');
    } catch (error) {
      throw TraceError.unwritable(path, error);
    }
    this.#pack('header', `${JSON.stringify(traceHeader(subject, plan))}\n`, () => {});
    this.#pack('plan', `${JSON.stringify(plan)}\n`, (place) => {
      this.#plan = place;
    });
  }

  /** Aborted, with the `TraceError`, when the file cannot be written any more. */
  get signal(): AbortSignal {
    return this.#failure.signal;
  }

  /**
   * Take the next row, change of facts, sample of the census, verdict: each in the order of time, and a row after all
   * others from before its instant. They never throw: the step of an agent in which they are called is not to
   * blame.
   */
  readonly row = (row: Row): void => this.#record((builder) => builder.row(row));
  readonly facts = (change: FactsChange): void => this.#record((builder) => builder.facts(change));
  readonly census = (sample: CensusSample): void => this.#record((builder) => builder.census(sample));
  readonly verdict = (verdict: ToldVerdict): void => this.#record((builder) => builder.verdict(verdict));

  /** Writes what is left and gives the file its name. Rejects with a `TraceError`. */
  async finish(footer: TraceFooter): Promise<void> {
    this.#record((builder) => builder.finish());
    await this.#written;
    this.signal.throwIfAborted();
    try {
      const { offset } = this.#write('index', gzipSync(formatIndex(this.#plan, this.#blocks, footer)));
      this.#write('end', gzipSync(''), offset);
      this.#close();
      if (this.#temporary !== this.#target) renameSync(this.#temporary, this.#target);
    } catch (error) {
      this.#fail(error);
    }
    this.signal.throwIfAborted();
  }

  /** Gives up: removes what was written. Does nothing after `finish`. */
  abandon(): void {
    if (this.#file !== undefined) this.#remove();
  }

  #record(take: (builder: BlockBuilder) => void): void {
    if (this.signal.aborted) return;
    try {
      take(this.#builder);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Compresses a text now or soon, and writes it behind those before it. */
  #pack(kind: MemberKind, text: string, written: (place: MemberPlace) => void): void {
    const packed = this.#waiting < MOST_WAITING ? gzipInPool(text) : Promise.resolve(gzipSync(text));
    this.#waiting += 1;
    this.#written = Promise.all([packed, this.#written])
      .then(([bytes]) => {
        this.#waiting -= 1;
        if (this.#file !== undefined) written(this.#write(kind, bytes));
      })
      .catch((error: unknown) => this.#fail(error));
  }

  #write(kind: MemberKind, gzipped: Uint8Array, index?: number): MemberPlace {
    if (this.#file === undefined) throw new Error('it is closed');
    const place = { offset: this.#size, length: 0 };
    let rest = formatMember(kind, gzipped, index);
    this.#size += rest.length;
    place.length = rest.length;
    while (rest.length > 0) rest = rest.subarray(writeSync(this.#file, rest));
    return place;
  }

  #close(): void {
    const file = this.#file;
    // Before it is closed: that fails where a disk is full, too, and a second time is no better.
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }

  #remove(): void {
    try {
      this.#close();
    } finally {
      if (this.#temporary !== this.#target) rmSync(this.#temporary, { force: true });
    }
  }

  #fail(cause: unknown): void {
    try {
      this.#remove();
    } catch {
      // What went wrong first says more.
    }
    if (!this.signal.aborted) this.#failure.abort(TraceError.unwritable(this.path, cause));
  }
}

/** Follows a symbolic link, so that finishing replaces the file and not the link. */
function resolveTarget(path: string): { target: string; special: boolean } {
  try {
    return { target: realpathSync(path), special: !statSync(path).isFile() };
  } catch {
    return { target: path, special: false };
  }
}
