/** Golden transcripts of what a person and a program read about a run. */
import { type Finding, SECOND } from '@dragon/engine';
import { S_UMOUNT, SHRINKER_RWSEM } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { deadlockReport, type ReportInput } from './deadlock-report.ts';
import { replayTranscript } from '../../../test/golden/golden-transcript.ts';
import { LongestWaits } from './longest-waits.ts';
import {
  AGI,
  applyAll,
  DISK,
  hold,
  resourceChange,
  SEED_PLAN,
  seedGraph,
  seedHistory,
  taskChange,
  waitOn,
} from './seed-deadlock.fixture.ts';
import { StallFinder } from './stall-finder.ts';
import { stallReport } from './stall-report.ts';
import { summarize } from './summary.ts';
import { WaitForGraph } from './wait-for-graph.ts';

function inputFor(graph: WaitForGraph, endedAt: number, colour = false): ReportInput {
  return {
    graph,
    plan: SEED_PLAN,
    result: { endedAt, history: seedHistory },
    release: '6.1.0',
    colour,
    width: 80,
  };
}

/** kswapd waits for a task that waits for a disk; `gone` holds a lock it never took. */
function stall(): WaitForGraph {
  const graph = new WaitForGraph();
  applyAll(graph, [
    taskChange(1 * SECOND, 'repair', [hold(AGI)]),
    taskChange(2 * SECOND, 'repair', [hold(AGI)], waitOn(DISK)),
    resourceChange(3 * SECOND, 'ag/0', AGI, ['repair'], ['inodegc/0', 'workload/0']),
    taskChange(3 * SECOND, 'inodegc/0', [], waitOn(AGI)),
    taskChange(4 * SECOND, 'workload/0', [], waitOn(AGI, 'killable')),
    taskChange(5 * SECOND, 'kswapd/0', [], waitOn(SHRINKER_RWSEM)),
  ]);
  return graph;
}

test('deadlock and stall reports', () => {
  const { expected, actual } = replayTranscript(
    new URL('./reports.golden.txt', import.meta.url),
    ({ command: [what = '', argument] }) => {
      switch (what) {
        case 'deadlock':
          return deadlockReport(inputFor(seedGraph(Number(argument)), 14_837_000_100));
        case 'stall':
          return stallReport(inputFor(stall(), Number(argument) * SECOND)) || 'nothing';
        case 'summary':
          return `${JSON.stringify(summaryOf(argument ?? ''), null, 2)}\n`;
        default:
          throw new Error(`unknown command ${what}`);
      }
    },
  );
  expect(actual).toBe(expected);
});

const KILLED: Finding = {
  kind: 'oom',
  at: 2 * SECOND,
  evidence: { task: 'hog/0', pid: 2301, comm: 'hog', pages: 194_560 },
};

function summaryOf(kind: string) {
  const graph = kind === 'deadlock' ? seedGraph(7) : stall();
  const endedAt = kind === 'deadlock' ? 14_837_000_100 : (kind === 'stalled' ? 124 : 60) * SECOND;
  const { deadlock } = graph;
  const findings: Finding[] = [
    ...(deadlock === undefined ? [] : [{ kind: 'deadlock' as const, at: deadlock.at, evidence: null }]),
    ...(kind === 'oom' ? [KILLED] : []),
    ...new StallFinder(graph).over(endedAt),
  ];
  return summarize({
    withSteps: true,
    settings: {
      scenario: 'seed',
      profile: 'v6.1.0',
      release: '6.1.0',
      policy: { throttle: 'always' },
      seed: 1,
      cpus: 1,
      untilNs: 60 * SECOND,
      keepGoing: false,
      set: [],
      latency: null,
      faults: [],
      planFile: null,
      rules: [],
      replay: 'npx dragon run seed --seed 1',
      planDigest: 'fedcba9876543210',
    },
    plan: SEED_PLAN,
    processes: 1,
    wallSeconds: 0.5,
    graph,
    waits: new LongestWaits(),
    result: { endedAt, events: 1234, digest: '0123456789abcdef', findings, history: seedHistory },
  });
}

test.each(['deadlock', 'oom', 'stalled', 'completed'])('the outcome may be %s', (outcome) => {
  expect(summaryOf(outcome).outcome).toBe(outcome);
});

test('colour changes nothing but colour', () => {
  const graph = seedGraph(1);
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
  const coloured = deadlockReport(inputFor(graph, 15 * SECOND, true));
  expect(coloured).toMatch(escapes);
  expect(coloured.replace(escapes, '')).toBe(deadlockReport(inputFor(graph, 15 * SECOND)));
});

test('there is no deadlock report without a deadlock, and no stall report with one', () => {
  expect(deadlockReport(inputFor(stall(), 200 * SECOND))).toBe('');
  expect(stallReport(inputFor(seedGraph(1), 200 * SECOND))).toBe('');
});

test('hung tasks that wait in a circle a signal can break stand for themselves', () => {
  const graph = new WaitForGraph();
  applyAll(graph, [
    taskChange(1, 'repair', [hold(AGI)], waitOn(S_UMOUNT, 'killable')),
    taskChange(1, 'kswapd/0', [hold(S_UMOUNT)], waitOn(AGI)),
    resourceChange(2, 'ag/0', AGI, ['repair'], ['kswapd/0']),
    resourceChange(2, 'mount', S_UMOUNT, ['kswapd/0'], ['repair']),
  ]);
  expect(stallReport(inputFor(graph, 125 * SECOND))).toMatch(
    /^STALL: kswapd0 has waited over 120 s for the AGI of AG 0, and 1 task behind it\.\nkswapd0 waits for the AGI of AG 0, held/,
  );
});
