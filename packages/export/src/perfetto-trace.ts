/**
 * A run as a trace for Perfetto (ui.perfetto.dev): a process for each kind of agent, a thread for each agent, a slice
 * for each state, an arrow for each message, and nanoseconds of virtual time. Rows go in as they come, bytes are taken
 * out in pieces, so a run of millions of events is never in memory as a whole.
 */
import {
  type AgentId,
  type CensusSample,
  type FactsChange,
  type LatencyModel,
  linkLatency,
  type Plan,
  type Row,
  type VirtualTime,
} from '@dragon/engine';
import { ResourceNames } from '@dragon/report';
import { threadTracks, TrackNumbers } from './thread-tracks.ts';
import { EVENT_TYPE, TracePackets } from './trace-packets.ts';
import { WaitTracks } from './wait-tracks.ts';

/** What of a run does not change while it goes on. `heading` is one line that says which run it is. */
export interface TracedRun {
  readonly heading: string;
  readonly plan: Pick<Plan, 'agents' | 'latency' | 'resources'>;
}

/** A row on its way into the trace: the messages that were sent in its step come later, as rows of their receivers. */
interface Step {
  readonly thread: Thread;
  readonly at: VirtualTime;
  /** Undefined where the agent stayed in its state. */
  readonly entered: string | undefined;
  readonly message: string;
  readonly ends: number | undefined;
  starts: number[] | undefined;
}

interface Thread {
  readonly track: number;
  readonly waits: WaitTracks;
  /** The numbers that it has, by name, as they are now. */
  readonly counters: Map<string, { readonly track: number; readonly value: number }>;
  /** As the row before left it; undefined before the first. */
  state: string | undefined;
  /** Whether a slice has begun in what is written. */
  isOpen: boolean;
  /** Its steps that are not written yet. */
  readonly steps: Step[];
  /** How long its messages travel, by receiver. */
  readonly latencies: Map<AgentId, VirtualTime>;
}

/** Steps that have been written before the list is made shorter. */
const WRITTEN = 1024;

export class PerfettoTrace {
  readonly #packets = new TracePackets();
  readonly #numbers = new TrackNumbers();
  readonly #run = this.#numbers.next();
  readonly #threads: ReadonlyMap<AgentId, Thread>;
  readonly #latency: LatencyModel;
  /** No message travels longer. */
  readonly #longest: VirtualTime;
  /** Those from `#written` on may have sent a message that has not arrived. */
  #steps: Step[] = [];
  #written = 0;
  #arrows = 0;

  constructor({ heading, plan: { agents, latency, resources } }: TracedRun) {
    const packets = this.#packets;
    const numbers = this.#numbers;
    const names = new ResourceNames({ resources });
    this.#latency = latency;
    this.#longest = Math.max(...Object.values(latency.links));
    packets.track({ uuid: this.#run, name: heading });
    this.#threads = new Map(
      [...threadTracks(packets, numbers, agents)].map(([id, track]) => [
        id,
        {
          track,
          waits: new WaitTracks({ packets, numbers, resources: names, parent: track }),
          counters: new Map(),
          state: undefined,
          isOpen: false,
          steps: [],
          latencies: new Map(),
        },
      ]),
    );
  }

  /** Bytes that `take` would return. */
  get size(): number {
    return this.#packets.size;
  }

  /** Returns what has been made since the last time; the pieces one after the other are the file. */
  take(): Uint8Array {
    return this.#packets.take();
  }

  /** Takes the next row, in the order of the trace. Throws a `RangeError` for an agent that the plan has not. */
  row({ at, to, from, message, state }: Row): void {
    const thread = this.#thread(to);
    this.#write(at - this.#longest);
    const ends = from === to ? undefined : this.#arrow(from, to, at);
    const entered = state === thread.state ? undefined : state;
    thread.state = state;
    const step: Step = { thread, at, entered, message: message.type, ends, starts: undefined };
    thread.steps.push(step);
    this.#steps.push(step);
  }

  /** Takes a change of what an agent waits for and holds, which is on tracks below its own. */
  facts(change: FactsChange): void {
    this.#thread(change.agent).waits.change(change);
  }

  /** Takes the numbers of an agent, as `free` of a node: each is a counter below its track. */
  census({ at, agent, numbers }: CensusSample): void {
    const { counters, track: parent } = this.#thread(agent);
    for (const [name, value] of Object.entries(numbers)) {
      const known = counters.get(name);
      if (known?.value === value) continue;
      const track = known?.track ?? this.#numbers.next();
      if (known === undefined) this.#packets.track({ uuid: track, parent, name, counter: true });
      counters.set(name, { track, value });
      this.#packets.event({ type: EVENT_TYPE.counter, at, track, value });
    }
  }

  /** Takes something that happened to the run as a whole, as a finding, in a few words. */
  note(at: VirtualTime, words: string): void {
    this.#packets.event({ type: EVENT_TYPE.instant, at, track: this.#run, name: words });
  }

  /** To be called after the last row. A state that is not left has no end: the run was over before it. */
  finish(): void {
    this.#write(Number.POSITIVE_INFINITY);
  }

  #thread(agent: AgentId): Thread {
    const thread = this.#threads.get(agent);
    if (thread === undefined) throw new RangeError(`${agent} is no agent of the plan`);
    return thread;
  }

  /**
   * Returns the number of a message's arrow, and lets it begin at the step that sent it: that of the sender at the
   * instant when the message set out. Undefined if there is none, as of what an agent sends when it comes to be.
   */
  #arrow(from: AgentId, to: AgentId, at: VirtualTime): number | undefined {
    const sender = this.#thread(from);
    let latency = sender.latencies.get(to);
    if (latency === undefined) sender.latencies.set(to, (latency = linkLatency(this.#latency, from, to)));
    const setOut = at - latency;
    const sent = sender.steps.findLast((step) => step.at <= setOut);
    if (sent?.at !== setOut) return undefined;
    this.#arrows += 1;
    (sent.starts ??= []).push(this.#arrows);
    return this.#arrows;
  }

  /** Writes the steps before an instant. */
  #write(before: VirtualTime): void {
    for (let step = this.#steps[this.#written]; step !== undefined && step.at < before; ) {
      this.#writeStep(step);
      this.#written += 1;
      step = this.#steps[this.#written];
    }
    if (this.#written < WRITTEN) return;
    this.#steps = this.#steps.slice(this.#written);
    this.#written = 0;
  }

  #writeStep({ thread, at, entered, message, starts, ends }: Step): void {
    const { track } = thread;
    thread.steps.shift();
    if (entered === undefined) {
      this.#packets.event({ type: EVENT_TYPE.instant, at, track, name: message, starts, ends });
      return;
    }
    if (thread.isOpen) this.#packets.event({ type: EVENT_TYPE.end, at, track });
    this.#packets.event({ type: EVENT_TYPE.begin, at, track, name: entered, by: message, starts, ends });
    thread.isOpen = true;
  }
}
