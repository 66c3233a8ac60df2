/** A writer of chunks: an observer of a run that puts what it sees into columns until they are taken. */
import type { AgentId, CensusSample, FactsChange, Observer, Plan, Row, Seen } from '@dragon/engine';
import { type FactsDelta, FactsEncoder } from '@dragon/report';
import { ChunkNames } from './chunk-names.ts';
import { instants, places } from './column.ts';
import type { RecordChunk } from './record-chunk.ts';
import { TakenLists } from './taken-lists.ts';

/** What a chunk has that its writer does not see. */
type Known = Pick<RecordChunk, 'edge' | 'findings' | 'stories' | 'steps' | 'end'>;

export class ChunkWriter implements Observer {
  readonly moves = true;
  readonly #agents: ReadonlyMap<AgentId, number>;
  readonly #kinds: readonly string[];
  readonly #names = new ChunkNames();
  readonly #encoder = new FactsEncoder();
  #facts: FactsDelta[] = [];
  #census: CensusSample[] = [];
  #at = instants();
  #to = places();
  #from = places();
  #state = places();
  #message = places();
  #taken = places();
  readonly #takenLists = new TakenLists();

  constructor(plan: Plan) {
    this.#agents = new Map(plan.agents.map(({ id }, place) => [id, place]));
    this.#kinds = plan.agents.map(({ kind }) => kind);
  }

  row({ at, to, from, state, message }: Row): void {
    const place = this.#agents.get(to) ?? 0;
    this.#at.push(at);
    this.#to.push(place);
    this.#from.push(this.#agents.get(from) ?? 0);
    this.#state.push(this.#names.state(this.#kinds[place] ?? '', state));
    this.#message.push(this.#names.message(message.type));
    this.#taken.push(0);
  }

  see({ definition, event, moves = [] }: Seen): void {
    if (event === undefined || definition.chart === undefined) return;
    let list = 0;
    for (const { taken } of moves)
      for (const each of taken) list = this.#takenLists.longer(list, definition.chart, each);
    this.#taken.values[this.#taken.length - 1] = list;
  }

  facts(change: FactsChange): void {
    const delta = this.#encoder.take(change);
    if (delta !== undefined) this.#facts.push(delta);
  }

  census(sample: CensusSample): void {
    this.#census.push(sample);
  }

  /** Returns what came since the last call. */
  take(known: Known): RecordChunk {
    const chunk: RecordChunk = {
      at: this.#at.values.slice(0, this.#at.length),
      to: this.#to.values.slice(0, this.#to.length),
      from: this.#from.values.slice(0, this.#from.length),
      state: this.#state.values.slice(0, this.#state.length),
      message: this.#message.values.slice(0, this.#message.length),
      taken: { lists: this.#taken.values.slice(0, this.#taken.length), newLists: this.#takenLists.take() },
      ...this.#names.take(),
      facts: this.#facts,
      census: this.#census,
      ...known,
    };
    [this.#facts, this.#census] = [[], []];
    [this.#at, this.#to, this.#from, this.#state, this.#message] = [instants(), places(), places(), places(), places()];
    this.#taken = places();
    return chunk;
  }
}

/** The buffers of a chunk, which can be moved to another thread instead of being copied. */
export function chunkBuffers({ at, to, from, state, message, taken }: RecordChunk): ArrayBuffer[] {
  return [at, to, from, state, message, ...(taken ? [taken.lists] : [])].map(({ buffer }) => buffer);
}
