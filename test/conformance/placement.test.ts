/** Same scenario, policy and seed: same digest, wherever the agents are placed and whatever carries their messages. */
import { randomUUID } from 'node:crypto';
import {
  type AgentDefinition,
  type CensusSample,
  type FactsChange,
  type Finder,
  kindOf,
  type Plan,
  RandomStream,
  type RunResult,
  runPlan,
  type TraceHit,
} from '@dragon/engine';
import {
  connectNats,
  type CoordinateOptions,
  coordinate,
  type FederateCommand,
  launchFederates,
  type Link,
  MemoryHub,
  type PlacementPolicy,
  runFederate,
} from '@dragon/federation';
import { kernelFinders, PropertyFinder } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import { definitions as workloads } from '@dragon/workload';
import { describe, expect, inject, test } from 'vitest';
import { bundledPrograms, commandLine } from '../../packages/cli/src/bundle/bundled-programs.ts';
import { EVERY_FAULT } from '../simulation/every-fault.ts';
import { planOf } from '../simulation/simulate.ts';
import { planSmall, smallBigCache, smallFrozenFs, smallPressure } from '../simulation/small-worlds.ts';

const SEEDS = [1, 2, 3, 20_221_220, Number.MAX_SAFE_INTEGER];

const essence = ({ digest, events, endedAt, foundAt, findings, log }: RunResult) => ({
  digest,
  events,
  endedAt,
  foundAt,
  findings,
  log,
});

const alone = (plan: Plan) => essence(runPlan(plan, DEFINITIONS, { finders: kernelFinders().finders }));

const shortened = (plan: Plan, until: number) => {
  const shorter = { ...plan, until };
  return [shorter, alone(shorter)] as const;
};

/** Deals the agents at random, so that locks and their users part and meet in ways nobody would choose. */
const atRandom =
  (seed: number): PlacementPolicy =>
  (agents, applicants) => {
    const stream = RandomStream.of(seed, 'placement');
    const names = applicants.map(({ name }) => name).toSorted();
    return agents.map(() => names[stream.below(names.length)] ?? '');
  };

/** Three placements: two federates, five at random, one an agent. */
const placements = (
  plan: Plan,
  seed: number,
): readonly [what: string, federates: number, placement?: PlacementPolicy][] => [
  ['2 federates', 2],
  ['5 federates, dealt at random', 5, atRandom(seed)],
  ['a federate an agent', plan.agents.length],
];

/** Runs a plan on federates of this process, each with a link of its own. */
async function federated(
  plan: Plan,
  federates: number,
  link: () => Link | Promise<Link>,
  options: Partial<CoordinateOptions> = {},
) {
  const run = `test-${randomUUID()}`;
  const links = await Promise.all(Array.from({ length: federates + 1 }, async () => link()));
  const [own, ...others] = links as [Link, ...Link[]];
  try {
    const hosting = others.map((each, index) =>
      runFederate(each, { run, name: `f${index}`, definitions: DEFINITIONS }),
    );
    const { finders } = kernelFinders();
    const [result] = await Promise.all([coordinate(own, { finders, ...options, run, plan, federates }), ...hosting]);
    return essence(result);
  } finally {
    await Promise.all(links.map((each) => each.close()));
  }
}

/** Runs a plan on processes of the operating system. */
async function launched(
  plan: Plan,
  processes: readonly (Omit<FederateCommand, 'argv'> & { readonly program: string })[],
) {
  const programNamed = await bundledPrograms();
  const commands = processes.map(({ program, ...command }) => ({
    ...command,
    argv: commandLine(programNamed(program)),
  }));
  const run = `test-${randomUUID()}`;
  const address = inject('natsAddress');
  const link = await connectNats(address, { name: 'coordinator' });
  const federates = launchFederates({ run, address, commands });
  try {
    const options = {
      run,
      plan,
      federates: commands.length,
      finders: kernelFinders().finders,
      watchLost: federates.watchLost,
    };
    const result = await coordinate(link, options);
    return { ...essence(result), processes: result.processes };
  } finally {
    await federates.stop();
    await link.close();
  }
}

/** The service of a kind of agent: all workloads share one. */
const serviceOf = (kind: string): string => (workloads.some((workload) => workload.kind === kind) ? 'workload' : kind);

describe.each(SEEDS)('seed-deadlock, seed %i', (seed) => {
  const plan = planOf({ scenario: 'seed-deadlock', cpus: 3, seed });
  const whole = alone(plan);

  test.each(placements(plan, seed))('in memory: %s', async (_, federates, placement) => {
    const hub = new MemoryHub({});
    expect(await federated(plan, federates, () => hub.link(), { placement })).toEqual(whole);
  });
});

/** Links of both kinds carry the same frames, whatever the seed: the least and the greatest. */
describe.each([1, Number.MAX_SAFE_INTEGER])('seed-deadlock over NATS, seed %i', (seed) => {
  const plan = planOf({ scenario: 'seed-deadlock', cpus: 3, seed });
  const whole = alone(plan);

  test.each(placements(plan, seed))('%s', async (_, federates, placement) => {
    const link = () => connectNats(inject('natsAddress'), { name: 'test' });
    expect(await federated(plan, federates, link, { placement })).toEqual(whole);
  });

  test('2 processes', { timeout: 60_000 }, async () => {
    const commands = ['a', 'b'].map((name) => ({ name, program: 'host-main' }));
    expect(await launched(plan, commands)).toEqual({ ...whole, processes: 2 });
  });
});

/** Processes take a while to start. */
test('seed-deadlock over NATS, a process an agent', { timeout: 120_000 }, async () => {
  const plan = planOf({ scenario: 'seed-deadlock', cpus: 3, seed: 1 });
  const commands = plan.agents.map(({ id, kind }) => ({
    name: id.replace('/', '-'),
    program: `${serviceOf(kind)}-main`,
    kinds: [kindOf(id)],
    capacity: 1,
  }));
  expect(await launched(plan, commands)).toEqual({ ...alone(plan), processes: plan.agents.length });
});

/**
 * Other inhabitants: a queue that nobody throttles, a burst with statfs, memory pressure with a hog, a stream and files
 * that come and go, a freeze.
 */
describe.each([
  ['short-queue', planOf({ scenario: 'short-queue', cpus: 2, seed: 2, until: 3_000_000_000 })],
  ['burst', planOf({ scenario: 'burst', cpus: 2, seed: 3, until: 1_000_000_000 })],
  ['pressure', planSmall((cpus) => smallPressure(cpus, 1_500), { cpus: 2, seed: 4, until: 400_000_000 })],
  ['frozen-fs', planSmall((cpus) => smallFrozenFs(cpus, 500, 50), { cpus: 2, seed: 5, until: 5_200_000_000 })],
  ['many-cpus', planOf({ scenario: 'many-cpus', cpus: 16, seed: 6, until: 40_000_000 })],
])('%s', (name, plan) => {
  const whole = alone(plan);

  test.each(placements(plan, 7))('in memory: %s', { timeout: 60_000 }, async (_, federates, placement) => {
    const hub = new MemoryHub({});
    expect(await federated(plan, federates, () => hub.link(), { placement })).toEqual(whole);
  });

  test('over NATS: 3 federates, dealt at random', { timeout: 60_000 }, async () => {
    const link = () => connectNats(inject('natsAddress'), { name: 'test' });
    // By then all the inhabitants of the largest one have come.
    const [shorter, expected] = name === 'pressure' ? shortened(plan, 200_000_000) : [plan, whole];
    expect(await federated(shorter, 3, link, { placement: atRandom(3) })).toEqual(expected);
  });
});

test('many-cpus on 256 CPUs, in memory, 8 federates', { timeout: 60_000 }, async () => {
  const plan = planOf({ scenario: 'many-cpus', cpus: 256, seed: 6, until: 1_500_000 });
  const hub = new MemoryHub({});
  expect(await federated(plan, 8, () => hub.link())).toEqual(alone(plan));
});

/** Runs that end in other ways, cross timeouts, choose at random, and reach khungtaskd. */
test.each([
  { scenario: 'seed-deadlock', policy: 'throttle=timed(10ms)', until: 2_400_000_000 },
  { scenario: 'other-cpu', policy: 'throttle=skip-kswapd,shrinkers=refcount', until: 2_400_000_000 },
  { scenario: 'seed-drop-caches', policy: 'throttle=inline' },
  { scenario: 'stuck-disk', until: 300_000_000_000 },
  {
    scenario: 'seed-deadlock',
    policy: '',
    until: 2_400_000_000,
    faults: EVERY_FAULT,
  },
])('$scenario $policy in memory, 5 federates at random', { timeout: 60_000 }, async (options) => {
  const plan = planOf({ ...options, cpus: 3, seed: 5 });
  const hub = new MemoryHub({});
  expect(await federated(plan, 5, () => hub.link(), { placement: atRandom(5) })).toEqual(alone(plan));
});

/** The kernel's finders, and one of a property that runs with many inodes break, too. */
const manyFinders = (): readonly Finder[] => [
  ...kernelFinders().finders,
  new PropertyFinder({
    name: 'no worker of CPU 1 runs',
    tracepoint: 'xfs_inodegc_worker',
    broken: ({ cpu, items }) => (cpu === 1 ? { items } : undefined),
    ends: false,
  }),
];

describe('the findings of a federation are those of one process', () => {
  const skipping = { policy: 'throttle=skip-reclaim', cpus: 3, until: 48_000_000, keepGoing: true };
  const cases: readonly [kinds: string, plan: Plan][] = [
    [
      'deadlock,property',
      planOf({ scenario: 'seed-deadlock', cpus: 3, seed: 1, keepGoing: true, until: 3_000_000_000 }),
    ],
    ['oom', planSmall((cpus) => ({ ...smallBigCache(cpus, 2_000), free: 1_500 }), skipping)],
    ['property,stall', planOf({ scenario: 'stuck-disk', cpus: 2, seed: 5, until: 300_000_000_000 })],
  ];
  test.each(cases)('%s', { timeout: 120_000 }, async (kinds, plan) => {
    const local = runPlan(plan, DEFINITIONS, { finders: manyFinders() });
    expect([...new Set(local.findings.map(({ kind }) => kind))].toSorted().join()).toBe(kinds);
    const hub = new MemoryHub({});
    const options = { placement: atRandom(1), finders: manyFinders() };
    expect(await federated(plan, 5, () => hub.link(), options)).toEqual(essence(local));
  });

  test('also where a broken property ends the run', async () => {
    const plan = planOf({ scenario: 'seed-deadlock', cpus: 3, seed: 2 });
    const finders = () => [
      new PropertyFinder({
        name: 'no worker runs on CPU 2',
        tracepoint: 'xfs_inodegc_worker',
        broken: ({ cpu }) => (cpu === 2 ? true : undefined),
      }),
    ];
    const local = runPlan(plan, DEFINITIONS, { finders: finders() });
    expect(local.endedAt).toBe((local.foundAt ?? 0) + plan.grace);
    expect(local.endedAt).toBeLessThan(alone(plan).endedAt);
    const hub = new MemoryHub({});
    const options = { placement: atRandom(3), finders: finders() };
    expect(await federated(plan, 5, () => hub.link(), options)).toEqual(essence(local));
  });
});

test('tracepoints come in the order in which one process hits them', { timeout: 60_000 }, async () => {
  const plan = planOf({ scenario: 'seed-deadlock', cpus: 3, seed: 1 });
  const hits: TraceHit[] = [];
  runPlan(plan, DEFINITIONS, { finders: kernelFinders().finders, onTrace: (hit) => hits.push(hit) });
  const hub = new MemoryHub({});
  const merged: TraceHit[] = [];
  const options = { placement: atRandom(1), onTrace: (hit: TraceHit) => merged.push(hit) };
  await federated(plan, 5, () => hub.link(), options);
  expect(hits.length).toBeGreaterThan(100);
  expect(merged).toEqual(hits);
});

test.each([
  ['seed-deadlock', planOf({ scenario: 'seed-deadlock', cpus: 3, seed: 1 })],
  ['pressure', planSmall((cpus) => smallPressure(cpus, 1_500), { cpus: 2, seed: 4, until: 100_000_000 })],
  ['many-cpus', planOf({ scenario: 'many-cpus', cpus: 16, seed: 6, until: 5_000_000 })],
])('%s: census and facts come as from one process', { timeout: 60_000 }, async (_, plan) => {
  const outlets = () => {
    const [census, facts]: [CensusSample[], FactsChange[]] = [[], []];
    const onFacts = ({ at, agent, facts: { task, resources = [] } }: FactsChange) => {
      // Of a waiter only the task goes over the wire, and of a task what belongs to its facts.
      const told = resources.map((each) => ({ ...each, waiters: each.waiters.flat().map((waiter) => waiter.task) }));
      facts.push({
        at,
        agent,
        facts: { waitsFor: task?.waitsFor, holds: task?.holds, told },
      } as unknown as FactsChange);
    };
    return { census, facts, onFacts, onCensus: (sample: CensusSample) => void census.push(sample) };
  };
  const [here, there] = [outlets(), outlets()];
  runPlan(plan, DEFINITIONS, { finders: kernelFinders().finders, onFacts: here.onFacts, onCensus: here.onCensus });
  const hub = new MemoryHub({});
  const options = { placement: atRandom(1), onFacts: there.onFacts, onCensus: there.onCensus };
  await federated(plan, 5, () => hub.link(), options);
  expect(here.census.length).toBeGreaterThan(20);
  expect(there.census).toEqual(here.census);
  expect(there.facts).toEqual(here.facts);
});

test('a different seed gives a different digest, and so does a different policy', () => {
  const digests = [
    planOf({ scenario: 'seed-deadlock', seed: 1 }),
    planOf({ scenario: 'seed-deadlock', seed: 2 }),
    planOf({ scenario: 'seed-deadlock', seed: 1, policy: 'shrinkers=srcu' }),
    planOf({ scenario: 'seed-deadlock', seed: 1, cpus: 3 }),
  ].map((plan) => alone(plan).digest);
  expect(new Set(digests).size).toBe(digests.length);
});

test('an agent that does not keep to the contract is noticed: its digest depends on the run', () => {
  let calls = 0;
  const drifting: AgentDefinition = {
    ...(DEFINITIONS.get('memory') as AgentDefinition),
    describe: () => `state ${(calls += 1)}`,
  };
  const definitions = new Map([...DEFINITIONS, ['memory', drifting]]);
  const plan = planOf({ scenario: 'seed-deadlock' });
  const run = () => runPlan(plan, definitions, { finders: kernelFinders().finders }).digest;
  expect(run()).not.toBe(run());
});
