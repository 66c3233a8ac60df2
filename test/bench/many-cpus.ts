/**
 * What many-cpus costs as its CPUs grow in number, all in one process: how long until the agents are up, what an idle
 * one weighs, and what an event takes when the code is warm. By itself: `node --import tsx test/bench/many-cpus.ts`
 * for 16, 256 and 4,096 CPUs in a minute, with `65536` behind it for those alone beside 16, in two.
 */
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LocalRun, type Plan, SECOND } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { planOf } from '../simulation/simulate.ts';
import { count, median, printRatio } from './figures.ts';

interface ManyCpusFigures {
  readonly cpus: number;
  readonly agents: number;
  /** CPU time from nothing to a run whose agents have started; of the first in the process. */
  readonly planSeconds: number;
  readonly startSeconds: number;
  /** What the plan and the run each weigh, over the agents. */
  readonly planKibOfAnAgent: number;
  readonly kibOfAnAgent: number;
  /** Events of a whole run; undefined if none was over when time was. */
  readonly events: number | undefined;
  /** CPU time of an event, warm: the median turn, and what it is over the same turn's of the first size. */
  readonly nsOfAnEvent: number;
  readonly overFirst: number;
}

/** Events of a turn. */
const TURN = 200_000;
/** Turns of each size that are not counted, so that the code is warm. */
const WARM_UP = 1;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** A number of CPUs, whose runs follow one another. */
class Size {
  readonly cpus: number;
  readonly ns: number[] = [];
  readonly started: Pick<
    ManyCpusFigures,
    'agents' | 'planSeconds' | 'startSeconds' | 'planKibOfAnAgent' | 'kibOfAnAgent'
  >;
  events: number | undefined;
  readonly #plan: Plan;
  #run: LocalRun | undefined;

  constructor(cpus: number) {
    this.cpus = cpus;
    const bytes = [heapBytes()];
    const at = [cpuSeconds()];
    // Long past the last event of any task: what is left is the log's worker, every 30 s.
    this.#plan = planOf({ scenario: 'many-cpus', cpus, until: 60 * SECOND });
    at.push(cpuSeconds());
    bytes.push(heapBytes());
    at.push(cpuSeconds());
    this.#run = this.#begin();
    at.push(cpuSeconds());
    bytes.push(heapBytes());
    const agents = this.#plan.agents.length;
    const kib = (from: number) => ((bytes[from + 1] ?? 0) - (bytes[from] ?? 0)) / 1_024 / agents;
    const took = (from: number) => (at[from + 1] ?? 0) - (at[from] ?? 0);
    const [planSeconds, startSeconds] = [took(0), took(2)];
    this.started = { agents, planSeconds, startSeconds, planKibOfAnAgent: kib(0), kibOfAnAgent: kib(1) };
  }

  /** Goes on for so many events, through as many runs as that takes. */
  turn(events: number): void {
    let [left, seconds] = [events, 0];
    while (left > 0) {
      const run = (this.#run ??= this.#begin());
      const before = run.engine.processed;
      const since = cpuSeconds();
      const goesOn = run.advance(left);
      seconds += cpuSeconds() - since;
      left -= run.engine.processed - before;
      if (goesOn) continue;
      this.events = run.engine.processed;
      this.#run = undefined;
    }
    this.ns.push((1e9 * seconds) / events);
  }

  #begin(): LocalRun {
    return new LocalRun(this.#plan, DEFINITIONS, { finders: [] });
  }
}

/**
 * Returns the figures of each number of CPUs, in their order. The largest starts first, as the one that counts; then
 * they take turns until each has gone through a whole run and `turns` turns, or until `seconds` of the clock are over.
 */
export function measureManyCpus(cpus: readonly number[], seconds = 50, turns = 12): ManyCpusFigures[] {
  const until = performance.now() + 1_000 * seconds;
  const bySize = new Map(cpus.toSorted((a, b) => b - a).map((each) => [each, new Size(each)]));
  const sizes = cpus.flatMap((each) => bySize.get(each) ?? []);
  const isDone = ({ ns, events }: Size) => events !== undefined && ns.length >= turns + WARM_UP;
  while (performance.now() < until && !sizes.every(isDone)) for (const size of sizes) size.turn(TURN);
  const [first] = sizes;
  return sizes.map(({ cpus: each, started, events, ns }) => {
    const warm = ns.slice(WARM_UP);
    const overFirst = median(warm.map((own, turn) => own / (first?.ns[turn + WARM_UP] ?? Number.NaN)));
    return { cpus: each, ...started, events, nsOfAnEvent: median(warm), overFirst };
  });
}

/** Prints the figures, and whether those of the most CPUs reach their marks. */
export function printManyCpus(all: readonly ManyCpusFigures[]): void {
  for (const each of all)
    console.log(
      [
        `${count(each.cpus).padStart(6)} CPUs: ${count(each.agents)} agents up in ${(each.planSeconds + each.startSeconds).toFixed(2)} s`,
        `(plan ${each.planSeconds.toFixed(2)})`,
        `${each.kibOfAnAgent.toFixed(2)} KiB each (plan ${each.planKibOfAnAgent.toFixed(2)})`,
        each.events === undefined ? 'not at its end' : `${count(each.events)} events a run`,
        `${count(each.nsOfAnEvent)} ns an event, ${each.overFirst.toFixed(2)} times the first`,
      ].join(', '),
    );
  const last = all.at(-1);
  if (last === undefined) return;
  const up = last.planSeconds + last.startSeconds;
  printRatio('an event, most CPUs over fewest', last.overFirst, 'at most 2, aim 1.3', last.overFirst <= 2);
  printRatio('seconds until all are up', up, 'at most 6, aim 2', up <= 6);
  printRatio('KiB an agent', last.kibOfAnAgent, 'at most 2, aim 0.5', last.kibOfAnAgent <= 2);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const asked = process.argv.slice(2).map(Number);
  printManyCpus(asked.length === 0 ? measureManyCpus([16, 256, 4_096]) : measureManyCpus([16, ...asked], 110));
}
