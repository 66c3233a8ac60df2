/** A writer of chunks: an observer of a run that puts what it sees into columns until they are taken. */
import type { AgentId, CensusSample, FactsChange, Observer, Plan, Row, Seen, ToldVerdict } from '@dragon/engine';
import { FactsEncoder } from '@dragon/report';
import { ChunkNames } from './chunk-names.ts';
import { instants, places } from './column.ts';
import type { RecordChunk } from './record-chunk.ts';
import { SaidFacts } from './said-facts.ts';
import { TakenLists } from './taken-lists.ts';

/** What a chunk has that its writer does not see. */
type Known = Pick<RecordChunk, 'edge' | 'findings' | 'stories' | 'steps' | 'end'>;

export class ChunkWriter implements Observer {
  readonly moves = true;
  readonly #agents: ReadonlyMap<AgentId, number>;
  readonly #kinds: readonly string[];
  readonly #names = new ChunkNames();
  readonly #encoder = new FactsEncoder();
  readonly #facts: SaidFacts;
  #census: CensusSample[] = [];
  #verdicts: ToldVerdict[] = [];
  readonly #at = instants();
  readonly #to = places();
  readonly #from = places();
  readonly #state = places();
  readonly #message = places();
  readonly #taken = places();
  readonly #takenLists = new TakenLists();

  constructor(plan: Plan) {
    this.#agents = new Map(plan.agents.map(({ id }, place) => [id, place]));
    this.#facts = new SaidFacts(this.#agents);
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
    if (delta !== undefined) this.#facts.take(delta);
  }

  census(sample: CensusSample): void {
    this.#census.push(sample);
  }

  verdict(verdict: ToldVerdict): void {
    this.#verdicts.push(verdict);
  }

  /** Returns what came since the last call. */
  take(known: Known): RecordChunk {
    const chunk: RecordChunk = {
      at: this.#at.take(),
      to: this.#to.take(),
      from: this.#from.take(),
      state: this.#state.take(),
      message: this.#message.take(),
      taken: { lists: this.#taken.take(), newLists: this.#takenLists.take() },
      ...this.#names.take(),
      facts: this.#facts.columns(),
      census: this.#census,
      verdicts: this.#verdicts,
      ...known,
    };
    this.#census = [];
    this.#verdicts = [];
    return chunk;
  }
}

/** The buffers of a chunk, which can be moved to another thread instead of being copied. */
export function chunkBuffers({ at, to, from, state, message, taken, facts }: RecordChunk): ArrayBuffer[] {
  const columns = [at, to, from, state, message, facts.at, facts.agent, facts.said];
  return [...columns, ...(taken ? [taken.lists] : [])].map(({ buffer }) => buffer);
}
