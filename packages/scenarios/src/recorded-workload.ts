/**
 * The scenario that matches a recorded trace: the workload as the trace's own marks tell it, on a machine as its events
 * show it.
 */
import { MILLISECOND, SECOND, type VirtualTime } from '@dragon/engine';
import { type Pressure, pressure, RECORDED_PRESSURE, unlinkStorm, type UnlinkPhase } from './cost-scenarios.ts';
import { planningWorld, type Scenario } from './scenario.ts';
import type { WorldSpec } from './world.ts';

/** What a trace tells; `FoundWorkload` of packages/ftrace. */
export interface RecordedMachine {
  readonly cpus: number;
  readonly firstAt: VirtualTime;
  readonly lastAt: VirtualTime;
  readonly marks: readonly { readonly at: VirtualTime; readonly text: string }[];
  readonly queuedBy: { readonly [comm: string]: number };
  readonly cacheItems: number | undefined;
  readonly reclaimableThen: number;
  readonly minWmark: number | undefined;
  readonly kswapdWokenAt: VirtualTime | undefined;
}

/** What was recorded. `until`: as long as the trace, and a second more for what is under way. */
export interface RecordedScenario extends Scenario {
  readonly until: VirtualTime;
  /** Delays that cannot be read off such a trace: who also makes files shows nothing of what unlinking alone takes. */
  readonly unfitted: readonly string[];
}

/** Returns the scenario, or undefined where the marks are not of a workload that we have. */
export function recordedScenario(recorded: RecordedMachine): RecordedScenario | undefined {
  const { cpus, firstAt, lastAt } = recorded;
  const found = recordedWorld(recorded);
  if (found === undefined) return undefined;
  const { name, world, unfitted } = found;
  return {
    name,
    about: 'the workload of a trace',
    minCpus: cpus,
    limit: { maxCpus: cpus, because: 'the trace is of so many' },
    ...planningWorld(() => world),
    until: lastAt - firstAt + SECOND,
    unfitted,
  };
}

/** Returns the world that does what was recorded, under the name of the scenario that it is like. */
export function recordedWorld(
  recorded: RecordedMachine,
): { readonly name: string; readonly world: WorldSpec; readonly unfitted: readonly string[] } | undefined {
  const { cpus } = recorded;
  const given = recordedPressure(recorded);
  if (given !== undefined)
    return { name: 'pressure', world: pressure(cpus, given), unfitted: ['unlink', 'betweenFiles'] };
  const phases = recordedPhases(recorded);
  if (phases.length > 0) return { name: 'unlink-storm', world: unlinkStorm(cpus, phases), unfitted: [] };
  return undefined;
}

const toMs = (ns: VirtualTime): number => Math.round(ns / MILLISECOND);

function recordedPhases({ marks, firstAt }: RecordedMachine): UnlinkPhase[] {
  return marks.flatMap(({ at, text }): UnlinkPhase[] => {
    const phase = { atMs: toMs(at - firstAt) + 1, statfs: /statfs/.test(text) };
    const [, single] = /rm -rf single, (\d+) files/.exec(text) ?? [];
    if (single !== undefined) return [{ ...phase, comm: 'rm', tasks: 1, files: Number(single), apartMs: 0 }];
    const [, tasks, each] = /(\d+) unlinkers x (\d+) files/.exec(text) ?? [];
    if (tasks !== undefined)
      return [{ ...phase, comm: 'unlink', tasks: Number(tasks), files: Number(each), apartMs: 0 }];
    const [, files, apart] = /(\d+) (?:files|unlinks), ([\d.]+) ms apart/.exec(text) ?? [];
    if (files === undefined) return [];
    return [{ ...phase, comm: 'slowrm', tasks: 1, files: Number(files), apartMs: Number(apart) }];
  });
}

const PAGES_PER_MIB = 256;
const KIB_PER_PAGE = 4;

/** Pages that a machine of this kind has for its kernel, its programs and the buffers of the file system. */
const OTHER_PAGES = 30_000;

/** The hog clears so many pages a millisecond, its sleeps and the others' share of the CPU included. Estimated. */
const HOG_PAGES_PER_MS = 65;

function recordedPressure(recorded: RecordedMachine): Pressure | undefined {
  const { marks, queuedBy, cacheItems, reclaimableThen, minWmark, kswapdWokenAt } = recorded;
  const hog = marks.find(({ text }) => /hog start/.test(text));
  const [, hogMib] = /hog start (\d+) MiB/.exec(hog?.text ?? '') ?? [];
  if (hog === undefined || hogMib === undefined) return undefined;
  const stream = marks.find(({ text }) => /stream start/.test(text));
  const [, streamMib = '0'] = /stream start (\d+) MiB/.exec(stream?.text ?? '') ?? [];
  const hogPages = Number(hogMib) * PAGES_PER_MIB;
  const minPages = minWmark ?? Math.floor(RECORDED_PRESSURE.minFreeKbytes / KIB_PER_PAGE);
  // When kswapd is first woken, free memory is at LOW: what was there before is what the hog has taken, if it is the
  // hog that woke it.
  const taken = kswapdWokenAt === undefined ? hogPages / 2 : toMs(kswapdWokenAt - hog.at) * HOG_PAGES_PER_MS;
  const free = Math.round(Math.max(0, Math.min(hogPages, taken)) + minPages * 1.25);
  const cachedInodes = Math.max(0, (cacheItems ?? 0) - reclaimableThen);
  return {
    cachedInodes,
    managed: free + Math.ceil(cachedInodes * 0.3) + OTHER_PAGES,
    free,
    minFreeKbytes: minPages * KIB_PER_PAGE,
    hogPages,
    streamPages: Number(streamMib) * PAGES_PER_MIB,
    streamAfterMs: stream === undefined ? 0 : toMs(stream.at - recorded.firstAt),
    churnFiles: queuedBy['churn'] ?? 0,
  };
}
