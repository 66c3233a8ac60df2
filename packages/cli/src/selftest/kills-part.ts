/**
 * The part `kills`: runs in many processes, some of which are killed or stopped at random instants, and each of which
 * must end as if nobody had been, in time, and leave nothing behind.
 */
import { existsSync } from 'node:fs';
import { dragonCommand } from '../dragon-command.ts';
import { bundledPrograms, commandLine } from '../bundle/bundled-programs.ts';
import { DisturbedRun, type EndedRun, pause, PROCESS_KINDS, type ProcessKind, sendSignal } from './disturbed-run.ts';
import { Draw } from './draw.ts';
import { Counts, type PartReport, type PartRequest, type SelftestFailure, type SelftestPart } from './selftest-part.ts';

export const KILLS: SelftestPart = {
  name: 'kills',
  about: 'processes of runs killed and stopped: the same digest, and nothing is left',
  run: killProcesses,
};

/** A run that is over in a second, and runs of some seconds, with enough rounds for several checkpoints. */
const RUNS: readonly [string[], ...string[][]] = [
  ['run', 'seed-deadlock', '--processes', '2'],
  ['run', 'seed-deadlock', '--cpus', '16', '--processes', '2'],
  ['run', 'other-ag', '--cpus', '16', '--until', '20s', '--processes', '3'],
];
/** Each takes a run of its own that nobody disturbs. */
const SEEDS = 3;

/** A run that takes that much longer than one that nobody disturbs hangs. */
const HANGS_MS = 60_000;
/** So many disturbed runs are compared with one that is not: the machine may be busier then than now. */
const COMPARED = 8;
const MOST_STOPPED_MS = 3_000;

interface Disturbance {
  readonly kind: ProcessKind;
  /** When, as a share of the time that the run takes. */
  readonly share: number;
  /** How long it is stopped; undefined: it is killed. */
  readonly stoppedMs: number | undefined;
  readonly which: number;
}

interface Case {
  readonly args: readonly string[];
  readonly disturbances: readonly Disturbance[];
}

interface Undisturbed {
  readonly end: string;
  readonly ms: number;
  left: number;
}

async function killProcesses(asked: PartRequest): Promise<PartReport> {
  const report = new KillReport();
  if (!existsSync('/proc/self/environ'))
    report.troubles.push('processes are found by their environment: in Linux alone');
  const program = commandLine((await bundledPrograms())('dragon'));
  const undisturbed = new UndisturbedRuns(program, asked);
  const [only] = asked.only;
  const first = only === undefined ? 0 : Number(only);
  const last = only === undefined ? (asked.cases ?? Number.POSITIVE_INFINITY) : first + 1;
  const isOver = () => performance.now() >= asked.until || asked.signal.aborted || report.troubles.length > 0;
  for (let n = first; n < last && !isOver(); n += 1) {
    const { args, disturbances } = drawnCase(new Draw(asked.seed, `kills/${n}`));
    const command = dragonCommand(args.join(' '));
    asked.onProgress(`run ${n + 1}: ${command}`);
    const expected = await undisturbed.end(args);
    if (typeof expected === 'string') report.troubles.push(expected);
    if (typeof expected === 'string' || asked.signal.aborted) break;
    const run = startRun(program, args, asked);
    const sent = await Promise.all(disturbances.map((disturbance) => disturb(run, disturbance, expected.ms)));
    const done = sent.filter((each) => each !== undefined);
    const ended = await endOf(run, expected.ms + HANGS_MS, asked.signal);
    const left = await run.leftovers();
    if (asked.signal.aborted) break;
    report.add(done, ended && ended.ms - expected.ms);
    const fail = (what: string) =>
      report.failures.push({ what: `${command}: ${[what, ...done.map(disturbanceText)].join('; ')}`, only: String(n) });
    if (ended === undefined) fail('hangs');
    else if (endText(ended) !== expected.end) fail(`${endText(ended)} instead of ${expected.end}`);
    if (left.processes.length > 0) fail(`leaves processes (${left.processes.join(', ')})`);
    if (left.files.length > 0) fail(`leaves files (${left.files.join(', ')})`);
  }
  return report.report;
}

/** What was done, and how much longer runs took in which one process was killed. */
class KillReport {
  readonly failures: SelftestFailure[] = [];
  readonly troubles: string[] = [];
  readonly #counts = new Counts();
  readonly #addedMs = new Map<ProcessKind, number[]>();

  add(done: readonly Disturbance[], addedMs: number | undefined): void {
    this.#counts.add('runs');
    for (const { kind, stoppedMs } of done)
      this.#counts.add(`${kind} ${stoppedMs === undefined ? 'killed' : 'stopped'}`);
    const [single] = done;
    if (addedMs === undefined || done.length !== 1 || single === undefined || single.stoppedMs !== undefined) return;
    this.#addedMs.set(single.kind, [...(this.#addedMs.get(single.kind) ?? []), addedMs]);
  }

  get report(): PartReport {
    const { failures, troubles } = this;
    const added = [...this.#addedMs].map(([kind, ms]) => [`ms added by a killed ${kind}`, Math.max(0, median(ms))]);
    return { counts: { ...this.#counts.all, ...Object.fromEntries(added) }, failures, troubles };
  }
}

/** How runs end that nobody disturbs, each made when it is first asked for, and again now and then. */
class UndisturbedRuns {
  readonly #program: readonly string[];
  readonly #asked: PartRequest;
  readonly #known = new Map<string, Undisturbed>();

  constructor(program: readonly string[], asked: PartRequest) {
    this.#program = program;
    this.#asked = asked;
  }

  /** Returns why there is none if it cannot be made. */
  async end(args: readonly string[]): Promise<Undisturbed | string> {
    const key = args.join(' ');
    const known = this.#known.get(key);
    if (known !== undefined && known.left > 0) {
      known.left -= 1;
      return known;
    }
    const run = startRun(this.#program, args, this.#asked);
    const ended = await endOf(run, 5 * HANGS_MS, this.#asked.signal);
    await run.leftovers();
    if (ended === undefined || digestIn(ended) === undefined) return `${key}: ${ended?.err.trim() ?? 'hangs'}`;
    const measured = { end: endText(ended), ms: ended.ms, left: COMPARED };
    this.#known.set(key, measured);
    return measured;
  }
}

const disturbanceText = ({ kind, share, stoppedMs }: Disturbance) =>
  `${kind} ${stoppedMs === undefined ? 'killed' : `stopped for ${stoppedMs} ms`} at ${Math.round(share * 100)} %`;

function drawnCase(draw: Draw): Case {
  const base = draw.of(RUNS);
  const several = draw.once(2) ? 1 + draw.below(3) : 0;
  const disturbances = Array.from({ length: 1 + several }, () => ({
    kind: draw.of<ProcessKind>(PROCESS_KINDS),
    share: draw.below(1_000) / 1_000,
    stoppedMs: draw.once(4) ? draw.below(MOST_STOPPED_MS) : undefined,
    which: draw.below(1 << 16),
  }));
  const isInspected = disturbances.some(({ kind }) => kind === 'inspector');
  const seed = String(1 + draw.below(SEEDS));
  return {
    args: [...base, '--seed', seed, '--json', ...(isInspected ? ['--inspect', '--no-open'] : [])],
    disturbances,
  };
}

function startRun(program: readonly string[], args: readonly string[], { env }: PartRequest): DisturbedRun {
  const isDone = args.includes('--inspect')
    ? (out: string) => out.includes('"digest"') && out.endsWith('\n')
    : undefined;
  return new DisturbedRun([...program, ...args], env, isDone);
}

/** Resolves with what was done, if it was: a run may be over before. */
async function disturb(run: DisturbedRun, disturbance: Disturbance, ms: number): Promise<Disturbance | undefined> {
  const { kind, share, stoppedMs, which } = disturbance;
  const beginMs = performance.now();
  while (!run.isOver && performance.now() - beginMs < share * ms) await pause(5);
  const pid = await run.oneOf(kind, (pids) => pids[which % pids.length]);
  if (pid === undefined) return undefined;
  if (!sendSignal(pid, stoppedMs === undefined ? 'SIGKILL' : 'SIGSTOP')) return undefined;
  if (stoppedMs !== undefined) {
    await pause(stoppedMs);
    sendSignal(pid, 'SIGCONT');
  }
  return disturbance;
}

/** Resolves with undefined if it had to be killed. */
async function endOf(run: DisturbedRun, ms: number, signal: AbortSignal): Promise<EndedRun | undefined> {
  let hangs = false;
  const giveUp = () => {
    hangs = true;
    run.kill();
  };
  const overTime = setTimeout(giveUp, ms);
  signal.addEventListener('abort', giveUp);
  const ended = await run.ended;
  clearTimeout(overTime);
  signal.removeEventListener('abort', giveUp);
  return hangs ? undefined : ended;
}

/** What must be the same, in words. */
const endText = (ended: EndedRun) =>
  `exit code ${ended.code}, digest ${digestIn(ended)}${digestIn(ended) === undefined ? `: ${ended.err.trim()}` : ''}`;

/** Undefined of a run without a result. */
function digestIn({ out }: EndedRun): string | undefined {
  try {
    return (JSON.parse(out) as { readonly digest?: string }).digest;
  } catch {
    return undefined;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}
