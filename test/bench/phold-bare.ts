/**
 * PHOLD without a simulator: a binary heap in typed arrays and a loop. What the machine can do when there are no
 * agents, no messages, no states that anybody could keep, and no order between events of one instant.
 */
import { RandomStream } from '@dragon/engine';
import { destination, nextDraw, stationId, UNIT, WORK } from './phold.ts';

export class BarePhold {
  /** Virtual nanoseconds. */
  now = 0;
  readonly #hashes: boolean;
  readonly #agents: number;
  readonly #times: Float64Array;
  readonly #stations: Int32Array;
  #size = 0;
  readonly #draws: Int32Array;
  readonly #jobs: Int32Array;
  /** Two lanes of a hash for each station. */
  readonly #chains: Int32Array;
  readonly #streams: readonly RandomStream[];
  readonly #values = Float64Array.from(WORK.points, ([, ns]) => ns);

  /** With `hashes`, each station has a hash chain of its events. */
  constructor(agents: number, hashes: boolean) {
    this.#hashes = hashes;
    this.#agents = agents;
    this.#times = new Float64Array(agents + 1);
    this.#stations = new Int32Array(agents + 1);
    this.#draws = Int32Array.from({ length: agents }, (_, i) => nextDraw(i));
    this.#jobs = new Int32Array(agents);
    this.#chains = new Int32Array(2 * agents);
    this.#streams = Array.from({ length: agents }, (_, i) => RandomStream.of(1, stationId(i)));
    for (let station = 0; station < agents; station += 1) this.#push(this.#work(station), station);
  }

  run(events: number): void {
    for (let i = 0; i < events; i += 1) this.#step();
  }

  #step(): void {
    const at = this.#times[0] as number;
    const station = this.#stations[0] as number;
    this.now = at;
    this.#pop();
    const draw = nextDraw((this.#draws[station] as number) >>> 0);
    this.#draws[station] = draw;
    this.#jobs[station] = (this.#jobs[station] as number) + 1;
    const to = destination(draw, this.#agents);
    if (this.#hashes) this.#hash(station, at, to);
    if (to < 0) this.#push(at + this.#work(station), station);
    else this.#push(at + UNIT, to);
  }

  #hash(station: number, at: number, to: number): void {
    this.#mix(station, at % 4_294_967_296);
    this.#mix(station, at / 4_294_967_296);
    this.#mix(station, to);
    this.#mix(station, this.#jobs[station] as number);
  }

  #mix(station: number, word: number): void {
    const k = Math.imul(word | 0, 0xcc9e2d51);
    const a = (this.#chains[2 * station] as number) ^ (Math.imul((k << 15) | (k >>> 17), 0x1b873593) | 0);
    const b = Math.imul((this.#chains[2 * station + 1] as number) ^ word, 0x2c1b3c6d);
    const mixed = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    this.#chains[2 * station] = mixed;
    this.#chains[2 * station + 1] = ((b << 17) | (b >>> 15)) + mixed;
  }

  #work(station: number): number {
    const place = ((this.#streams[station] as RandomStream).next() / 4_294_967_296) * 256;
    const i = Math.floor(place);
    const low = this.#values[i] as number;
    return Math.round(low + ((this.#values[i + 1] as number) - low) * (place - i));
  }

  #push(at: number, station: number): void {
    const [times, stations] = [this.#times, this.#stations];
    let i = this.#size;
    this.#size += 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const time = times[parent] as number;
      if (time <= at) break;
      times[i] = time;
      stations[i] = stations[parent] as number;
      i = parent;
    }
    times[i] = at;
    stations[i] = station;
  }

  #pop(): void {
    const [times, stations] = [this.#times, this.#stations];
    this.#size -= 1;
    const size = this.#size;
    const [lastAt, last] = [times[size] as number, stations[size] as number];
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && (times[child + 1] as number) < (times[child] as number)) child += 1;
      const time = times[child] as number;
      if (lastAt <= time) break;
      times[i] = time;
      stations[i] = stations[child] as number;
      i = child;
    }
    times[i] = lastAt;
    stations[i] = last;
  }
}
