/** Plans with faults: what is added to a plan, that it can be taken away again, and what is refused. */
import { kindOf, planDigest } from '@dragon/engine';
import { type Fault, faultsOf, profileNamed, readFault } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { planScenario } from './scenario.ts';
import { scenarioNamed } from './scenarios.ts';
import { withFaults, withoutFaults } from './with-faults.ts';

const SECOND = 1_000_000_000;

const plan = (scenario = 'seed-deadlock') => {
  const { policy, release } = profileNamed('v6.1');
  const settings = { policy, release, cpus: 2, seed: 1, until: 10 * SECOND, keepGoing: false };
  return planScenario(scenarioNamed(scenario), settings);
};
const read = (...texts: readonly string[]): Fault[] => texts.map(readFault);

test('no faults: the plan itself', () => {
  const original = plan();
  expect(withFaults(original, [])).toBe(original);
  expect(withoutFaults(original)).toBe(original);
  expect(faultsOf(original)).toEqual([]);
});

test('one agent more, whose peers are those that it strikes', () => {
  const original = plan();
  const forked = withFaults(original, read('stall-cpu cpu=1 at=1s'));
  expect(forked.agents.slice(0, -1)).toEqual(original.agents);
  expect(forked.agents.at(-1)).toMatchObject({ id: 'faults/0', kind: 'faults', peers: ['cpu/1'] });
  expect(faultsOf(forked)).toEqual([
    { name: 'stall-cpu-1', at: SECOND, kind: 'stall-cpu', params: { cpu: 1, for: 10_000_000 } },
  ]);
});

test('what faults added can be taken away, and a fork can be forked', () => {
  for (const scenario of ['seed-deadlock', 'frozen-fs']) {
    const original = plan(scenario);
    const [first, second] = [read('freeze at=1s for=1s'), read('stall-cpu cpu=0 at=500ms', 'freeze at=3s')];
    const once = withFaults(original, first);
    const twice = withFaults(once, second);
    expect(planDigest(withoutFaults(once))).toBe(planDigest(original));
    expect(planDigest(withoutFaults(twice))).toBe(planDigest(original));
    expect(planDigest(twice)).toBe(planDigest(withFaults(original, [...first, ...second])));
    expect(faultsOf(twice).map(({ name }) => name)).toEqual(['stall-cpu-0', 'freeze', 'freeze.2']);
    const freezers = twice.agents.filter(({ id }) => kindOf(id) === 'freezer');
    expect(freezers).toHaveLength(scenario === 'frozen-fs' ? 3 : 2);
  }
});

test('tasks that a fault adds are known to the page allocator, and gone with the fault', () => {
  const original = plan('unlink-storm');
  const forked = withFaults(
    original,
    read('alloc-storm tasks=2 at=1s', 'alloc-storm tasks=1 at=2s', 'repair-now at=1s'),
  );
  const added = forked.agents.filter(({ id }) => !original.agents.some((agent) => agent.id === id));
  expect(added.map(({ id }) => id)).toEqual(['hog/0', 'hog/1', 'repair/0', 'hog/2', 'faults/0']);
  const pids = added.flatMap(({ task }) => (task === undefined ? [] : [task.pid]));
  expect(new Set(pids).size).toBe(4);
  const memory = forked.agents.find(({ kind }) => kind === 'memory');
  expect(memory?.params).toMatchObject({
    tasks: expect.arrayContaining(pids.map((pid) => expect.objectContaining({ pid }))),
  });
  expect(planDigest(withoutFaults(forked))).toBe(planDigest(original));
});

test.each([
  [['stall-cpu cpu=2 at=1s'], 'stall-cpu-2: stall-cpu fits cpu/0, cpu/1, not cpu/2'],
  [['stall-cpu cpu=0 at=1us'], 'stall-cpu-0 cannot be at 1us: 2us is the earliest'],
  [['stall-cpu cpu=0 at=10s'], 'stall-cpu-0 at 10.000000000 s is not before the end of the run, 10.000000000 s'],
  [
    ['stall-cpu cpu=0 at=1s for=2s', 'stall-cpu cpu=0 at=2s'],
    'two faults stall-cpu-0 overlap: the one at 1.000000000 s lasts until 3.000000000 s',
  ],
  [['slow-ag ag=3 at=1s'], 'slow-ag-3: nobody in this run reads the disk in AG 3'],
  [['slow-ag ag=4 at=1s'], 'slow-ag-4: slow-ag fits ag/0, ag/1, ag/2, ag/3, not ag/4'],
  [['repair-now ag=1 at=1s'], 'repair-now-1: repair/0 repairs another AG, and there is room for one repair in a run'],
  [['kill-task task=kswapd/0 at=1s'], 'kill-task-kswapd-0: kill-task fits repair/0, closer/0, '],
  [
    ['message to=ag/0 type=ag.lok buffer=AGI at=1s'],
    "message-ag-0: ag/0 answers none of that: unknown message 'ag.lok'; did you mean ag.lock? (one of: ag.failDisk, ag.healDisk, ag.lock, ag.shutDown, ag.trylock, ag.unlock)",
  ],
  [['message to=faults/0 type=ag.lock at=1s'], 'message-faults-0: message fits '],
])('%s is refused', (texts, why) => {
  expect(() => withFaults(plan(), read(...texts))).toThrow(why);
});

test('what is slow, whose, and when', () => {
  const { latency } = withFaults(plan(), read('slow-ag ag=0 factor=3 for=1s at=1s', 'slow-disk at=2s'));
  expect(latency.slowdowns).toEqual([
    { delays: ['rebuild'], agents: ['repair/0'], from: SECOND, to: 2 * SECOND, factor: 3 },
    {
      delays: ['rebuild', 'readDisk', 'writeCluster', 'logForce'],
      from: 2 * SECOND,
      to: 3 * SECOND,
      factor: 10,
    },
  ]);
});

test('two CPUs may stall at a time, and one CPU twice', () => {
  const texts = ['stall-cpu cpu=0 at=1s', 'stall-cpu cpu=1 at=1s', 'stall-cpu cpu=0 at=2s'];
  expect(faultsOf(withFaults(plan(), read(...texts))).map(({ name }) => name)).toEqual([
    'stall-cpu-0',
    'stall-cpu-1',
    'stall-cpu-0.2',
  ]);
});

test('a plan without CPUs has none to stall', () => {
  const { agents, ...rest } = plan();
  const bare = { ...rest, agents: agents.filter(({ kind }) => kind === 'ag') };
  expect(() => withFaults(bare, read('stall-cpu cpu=0 at=1s'))).toThrow(
    'this run has no agent that stall-cpu fits (cpu)',
  );
});

test('faults that are data are looked at, too', () => {
  const bad = [
    [{ at: 1.5, kind: 'freeze', params: {} }, 'freeze: at is 1.5, which is no instant'],
    [{ at: SECOND, kind: 'thaw', params: {} }, "unknown fault 'thaw'"],
    [{ at: SECOND, kind: 'freeze', params: { for: '5s' } }, 'freeze: for is "5s", not a time from 1ms to 7776000s'],
    [{ at: SECOND, kind: 'freeze', params: { cpu: 0 } }, "freeze has unknown parameter 'cpu'"],
    [{ at: SECOND, kind: 'stall-cpu', params: { cpu: -1 } }, 'stall-cpu: cpu is -1, not a number'],
  ] as const;
  for (const [fault, why] of bad) expect(() => withFaults(plan(), [fault])).toThrow(why);
});
