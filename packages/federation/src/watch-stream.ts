/**
 * The stream of what one watcher sees of one federate: its agents as they are, then their steps. Bounded: a link that
 * cannot keep up loses steps, which are counted, and never holds up the run.
 */
import {
  type Observer,
  type Plan,
  type Present,
  presentData,
  type PresentData,
  type Seen,
  stepData,
  type StepData,
} from '@dragon/engine';
import type { Body } from './frame.ts';

/** The most that waits while earlier frames are on their way; what comes on top of it is dropped. */
const WAITING_STEPS = 4_096;
/** As text of JSON, which is about as long as what is sent. */
const WAITING_BYTES = 4 * 1_048_576;

export interface WatchStreamOptions {
  readonly wants: Pick<Body<'watch'>, 'agents' | 'states' | 'moves'>;
  /** Tells this stream from earlier ones to the same watcher. */
  readonly stream: number;
  /** Goes first, if it is this federate that tells the plan. */
  readonly plan: Plan | null;
  readonly send: (body: Body) => void;
  /** Resolves when what was sent has reached the other side. */
  readonly flush: () => Promise<void>;
}

export class WatchStream implements Observer {
  readonly moves: boolean;
  readonly #options: WatchStreamOptions;
  /** Undefined: all of them. */
  readonly agents: ReadonlySet<string> | undefined;
  /** Frames sent so far. */
  #seq = 0;
  /** Agents and steps before those that wait, sent or dropped. */
  #count = 0;
  #waiting: StepData[] = [];
  #bytes = 0;
  /** Steps dropped, and not counted yet. */
  #dropped = 0;
  /** A frame is about to be sent, or on its way. */
  #busy = false;
  #closed = false;

  constructor(options: WatchStreamOptions) {
    const { agents, moves } = options.wants;
    this.#options = options;
    this.agents = agents === 'all' ? undefined : new Set(agents);
    this.moves = moves;
  }

  /** Shows the agents at once, in as many frames as it takes; one at least, which opens the stream. */
  attached(agents: Iterable<Present>): void {
    let [plan, shown, bytes]: [Plan | null, PresentData[], number] = [this.#options.plan, [], 0];
    const send = () => {
      const { stream } = this.#options;
      this.#options.send({ kind: 'present', stream, seq: this.#seq, before: this.#count, plan, agents: shown });
      this.#seq += 1;
      this.#count += shown.length;
      [plan, shown, bytes] = [null, [], 0];
    };
    for (const each of agents) {
      if (this.agents?.has(each.agent) === false) continue;
      const present = presentData(each, this.#options.wants);
      shown.push(present);
      bytes += JSON.stringify(present).length;
      if (bytes >= WAITING_BYTES) send();
    }
    if (shown.length > 0 || this.#seq === 0) send();
  }

  see(seen: Seen): void {
    if (this.agents?.has(seen.agent) === false) return;
    if (this.#waiting.length >= WAITING_STEPS || this.#bytes >= WAITING_BYTES) {
      this.#dropped += 1;
      return;
    }
    if (this.#waiting.length === 0) this.#countDropped();
    const step = stepData(seen, this.#options.wants);
    this.#waiting.push(step);
    this.#bytes += JSON.stringify(step).length;
    if (this.#busy) return;
    this.#busy = true;
    // Behind the slice of events that goes on right now.
    setImmediate(() => void this.#sendAndWait());
  }

  /** Sends what waits, whatever is on its way: the run is over. */
  finish(): void {
    while (this.#hasNews()) this.#send();
  }

  close(): void {
    this.#closed = true;
  }

  async #sendAndWait(): Promise<void> {
    while (!this.#closed && this.#hasNews()) {
      this.#send();
      // A link that is lost ends the federate; that is not for a watcher to say.
      await this.#options.flush().catch(() => undefined);
    }
    this.#busy = false;
  }

  #hasNews(): boolean {
    return this.#waiting.length > 0 || this.#dropped > 0;
  }

  /** What is dropped comes after all that waits then, so the next frame tells of it. */
  #countDropped(): void {
    this.#count += this.#dropped;
    this.#dropped = 0;
  }

  #send(): void {
    const [steps, { stream }] = [this.#waiting, this.#options];
    if (steps.length === 0) this.#countDropped();
    this.#options.send({ kind: 'seen', stream, seq: this.#seq, before: this.#count, steps });
    this.#seq += 1;
    this.#count += steps.length;
    [this.#waiting, this.#bytes] = [[], 0];
  }
}
