/** The delays of a latency model, ready to be drawn from. */
import type { AgentId } from './event.ts';
import type { Latency, LatencyModel, NamedDelay, Slowdown } from './latency.ts';
import type { RandomStream } from './random.ts';
import type { VirtualTime } from './time.ts';

/** What draws have in common: who draws has a stream, which is only looked at if a draw is random. */
export interface Drawer {
  readonly id: AgentId;
  readonly stream: RandomStream;
}

type Draw = (now: VirtualTime, drawer: Drawer) => VirtualTime;

export class Delays {
  readonly #latencies: LatencyModel['delays'];
  /** Made when they are first asked for: a short run draws few of the delays there are. */
  readonly #draws = new Map<string, Draw>();
  /** Undefined where nothing is ever slower. */
  readonly #slowdowns: readonly Slowdown[] | undefined;

  constructor({ delays, slowdowns }: Pick<LatencyModel, 'delays' | 'slowdowns'>) {
    this.#latencies = delays;
    this.#slowdowns = slowdowns;
  }

  /**
   * Returns the nanoseconds that `delay` takes from `now` on, drawing once from the stream for each random latency.
   * Throws if the model has no delay of that name.
   */
  draw({ name, times, pausable }: NamedDelay, now: VirtualTime, drawer: Drawer): VirtualTime {
    const draw = this.#draws.get(name) ?? this.#made(name);
    const ns = draw(now, drawer) * times;
    if (this.#slowdowns === undefined || pausable) return ns;
    return stretched(ns, now, slowing(this.#slowdowns, name, drawer.id));
  }

  #made(name: string): Draw {
    const latency = Object.hasOwn(this.#latencies, name) ? this.#latencies[name] : undefined;
    if (latency === undefined) throw new Error(`the latency model has no delay named ${name}`);
    const draw = drawOf(latency);
    this.#draws.set(name, draw);
    return draw;
  }
}

/** Returns those that slow down a delay of an agent. */
function slowing(slowdowns: readonly Slowdown[], name: string, agent: AgentId): readonly Slowdown[] {
  return slowdowns.filter(({ delays, agents }) => delays.includes(name) && agents?.includes(agent) !== false);
}

/** Returns how long it is from `now` on until so many nanoseconds of work are done, at the pace of each instant. */
function stretched(work: VirtualTime, now: VirtualTime, slowdowns: readonly Slowdown[]): VirtualTime {
  let [left, at] = [work, now];
  for (;;) {
    let [factor, change] = [1, Number.POSITIVE_INFINITY];
    for (const { from, to, factor: times } of slowdowns) {
      if (from <= at && at < to) factor *= times;
      for (const edge of [from, to]) if (edge > at && edge < change) change = edge;
    }
    if (left * factor <= change - at) return Math.round(at - now + left * factor);
    left -= (change - at) / factor;
    at = change;
  }
}

function drawOf(latency: Latency): Draw {
  switch (latency.kind) {
    case 'fixed':
      return () => latency.ns;
    case 'uniform':
      return (_, { stream }) => latency.min + stream.below(latency.max - latency.min + 1);
    case 'quantiles':
      return quantileOf(latency.points);
    case 'ticks':
      return (now) => (Math.floor(now / latency.period) + 1 + latency.count) * latency.period - now;
  }
}

/** Into so many parts the probabilities are divided, to know for each where to begin looking. */
const PARTS = 256;

function quantileOf(points: readonly (readonly [probability: number, ns: VirtualTime])[]): Draw {
  const probabilities = Float64Array.from(points, ([probability]) => probability);
  const values = Float64Array.from(points, ([, ns]) => ns);
  const last = values.at(-1) ?? 0;
  /** The first point beyond `p`, looked for from point `from` on. */
  const beyond = (p: number, from: number): number => {
    let i = from;
    while (i < probabilities.length && p >= (probabilities[i] as number)) i += 1;
    return i;
  };
  const firsts = Uint32Array.from({ length: PARTS }, (_, part) => beyond(part / PARTS, 0));
  return (_, { stream }) => {
    const word = stream.next();
    const p = word / 4294967296;
    const i = beyond(p, firsts[word >>> 24] as number);
    if (i === probabilities.length) return last;
    const lowP = probabilities[i - 1] as number;
    const low = values[i - 1] as number;
    return Math.round(low + (((values[i] as number) - low) * (p - lowP)) / ((probabilities[i] as number) - lowP));
  };
}
