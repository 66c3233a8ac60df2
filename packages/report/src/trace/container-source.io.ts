/** A trace container on a disk as a source of rows. */
import type { Json, Row } from '@dragon/engine';
import { answerReading } from './answer-reading.io.ts';
import { CensusDecoder } from './census-columns.ts';
import { FactsDecoder } from './facts-delta.ts';
import type { TraceFooter, TraceHeader } from './trace-format.ts';
import type { TraceFile } from './trace-file.io.ts';
import { LineMerger, type TraceLine } from './trace-line.ts';
import { rowsIn, type TraceIndex, traceLacks, unknownKinds } from './trace-index.ts';
import { cutError, readBlock, readIndex, readPlan, readRows } from './trace-reading.ts';
import type { TracePiece, TraceSource } from './trace-source.ts';

export class ContainerSource implements TraceSource {
  readonly plan: Json;
  readonly #file: TraceFile;
  readonly #index: TraceIndex;

  private constructor(file: TraceFile, index: TraceIndex, plan: Json) {
    this.#file = file;
    this.#index = index;
    this.plan = plan;
  }

  static async open(file: TraceFile): Promise<ContainerSource> {
    const index = await answerReading(file, readIndex(file));
    return new ContainerSource(file, index, await answerReading(file, readPlan(file, index)));
  }

  get path(): string {
    return this.#file.path;
  }

  get header(): TraceHeader {
    return this.#index.header;
  }

  get footer(): TraceFooter | undefined {
    return 'footer' in this.#index.end ? this.#index.end.footer : undefined;
  }

  get unknown(): readonly string[] {
    return unknownKinds(this.#index.blocks);
  }

  get lacks(): readonly string[] {
    return traceLacks(this.#index);
  }

  async *pieces(): AsyncGenerator<TracePiece, void, undefined> {
    const waits = new FactsDecoder();
    const numbers = new CensusDecoder();
    for (const nth of this.#index.blocks.keys()) {
      const { rows, facts, census, verdicts } = await answerReading(
        this.#file,
        readBlock(this.#file, this.#index, nth),
      );
      yield {
        rows,
        facts: facts.map((delta) => waits.take(delta)),
        census: census.map((delta) => numbers.take(delta)),
        verdicts,
      };
    }
    if (this.footer === undefined) throw cutError(this.#file, this.#index);
  }

  async *rows(from = 0): AsyncGenerator<Row, void, undefined> {
    let before = 0;
    for (const [nth, block] of this.#index.blocks.entries()) {
      const count = rowsIn([block]);
      if (before + count > from) {
        const rows = await answerReading(this.#file, readRows(this.#file, this.#index, nth));
        yield* rows.slice(Math.max(0, from - before));
      }
      before += count;
    }
    if (this.footer === undefined) throw cutError(this.#file, this.#index);
  }

  async *lines(from = 0): AsyncGenerator<TraceLine, void, undefined> {
    const merger = new LineMerger();
    let before = 0;
    for (const [nth, block] of this.#index.blocks.entries()) {
      const count = rowsIn([block]);
      if (before + count > from || count === 0) {
        const { rows, verdicts } = await answerReading(this.#file, readBlock(this.#file, this.#index, nth));
        const wanted = rows.slice(Math.max(0, from - before));
        const since = wanted === rows || from <= before ? 0 : (wanted[0]?.at ?? 0);
        yield* merger.take(
          wanted,
          verdicts.filter(({ at }) => at >= since),
        );
      }
      before += count;
    }
    yield* merger.rest();
    if (this.footer === undefined) throw cutError(this.#file, this.#index);
  }

  /** Returns how many rows at the start are in blocks of the same bytes; without the last such block, as context. */
  async sameStart(other: ContainerSource): Promise<number> {
    let same = 0;
    for (const [nth, block] of this.#index.blocks.entries()) {
      const twin = other.#index.blocks[nth];
      if (twin === undefined || twin.length !== block.length) break;
      const [left, right] = [
        await this.#file.read(block.offset, block.length),
        await other.#file.read(twin.offset, twin.length),
      ];
      if (Buffer.compare(left, right) !== 0) break;
      same += 1;
    }
    return rowsIn(this.#index.blocks.slice(0, Math.max(0, same - 1)));
  }

  close(): void {
    this.#file.close();
  }
}
