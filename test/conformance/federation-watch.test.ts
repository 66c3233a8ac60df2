/**
 * Watching a run changes nothing of it, whoever comes and goes: same digest, events and rounds, and a watcher sees the
 * steps that an observer in one process sees.
 */
import {
  type Definitions,
  type Finder,
  LocalRun,
  type Plan,
  type PresentData,
  type Seen,
  stepData,
  type StepData,
} from '@dragon/engine';
import {
  connectNats,
  coordinate,
  type Link,
  MemoryHub,
  runFederate,
  type WatchOptions,
  watchRun,
} from '@dragon/federation';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import { expect, inject, test } from 'vitest';
import { planOf } from '../simulation/simulate.ts';
import { byKind, coordinateHere, expectSame, inFederation, inOneProcess, newRun, QUICK } from './federation-runs.ts';
import { CycleFinder, toyPlan } from './federation-toys.ts';

const PLAN = toyPlan({ seed: 41, lockers: 2, until: 4_000_000 });
const WANTED = { states: true, moves: true };

const overNats = () => connectNats(inject('natsAddress'));
const overMemory = (hub: MemoryHub) => () => Promise.resolve(hub.link());

/** All steps of a plan by agent, as an observer in its process sees them. */
function localSteps(
  plan: Plan,
  definitions: Definitions = byKind,
  finders: readonly Finder[] = [new CycleFinder()],
): Map<string, StepData[]> {
  const steps: StepData[] = [];
  const observer = { moves: true, see: (seen: Seen) => steps.push(stepData(seen, WANTED)) };
  const run = new LocalRun(plan, definitions, { finders, observers: [observer] });
  while (run.advance(10_000));
  return byAgent(steps);
}

function byAgent(steps: readonly StepData[]): Map<string, StepData[]> {
  const agents = new Map<string, StepData[]>();
  for (const step of steps) {
    const own = agents.get(step.agent);
    if (own === undefined) agents.set(step.agent, [step]);
    else own.push(step);
  }
  return agents;
}

/** Watches, and keeps what is seen. `enough` is called with the number of steps. */
function watchAll(link: Link, run: string, options: Partial<WatchOptions> = {}, enough?: (steps: number) => void) {
  const steps: StepData[] = [];
  const present: PresentData[] = [];
  const plans: Plan[] = [];
  const bad: unknown[] = [];
  let dropped = 0;
  let over = () => {};
  const ended = new Promise<void>((resolve) => {
    over = resolve;
  });
  const watch = watchRun(link, {
    run,
    ...WANTED,
    pulseMs: 50,
    onSteps: (more) => {
      steps.push(...more);
      enough?.(steps.length);
    },
    onPresent: (agents) => present.push(...agents),
    onPlan: (plan) => plans.push(plan),
    onDropped: (count) => (dropped += count),
    onOver: over,
    onBadFrames: (text) => bad.push(text),
    onError: (error) => bad.push(error),
    ...options,
  });
  return { watch, steps, present, plans, bad, ended, lost: () => dropped };
}

/** Lets a request arrive, also one that others overtake. */
async function arrive(link: Link): Promise<void> {
  for (let round = 0; round < 4; round += 1) await link.flush();
}

/** Lets frames that were overtaken by the end of a run arrive. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 200));

const links = [
  ['memory', () => overMemory(new MemoryHub())],
  [
    'memory that doubles and reorders',
    () => overMemory(new MemoryHub({ faults: { seed: 3, duplicate: 0.1, reorder: 0.1 } })),
  ],
  ['frames in pieces', () => overMemory(new MemoryHub({ maxPayload: 900 }))],
  ['NATS', () => overNats],
] as const;

test.each(links)('who watches before a run sees all of it: %s', { timeout: 60_000 }, async (_, connect) => {
  const link = connect();
  const [run, own] = [newRun(), await link()];
  const watchers: ReturnType<typeof watchAll>[] = [];
  const watched = await inFederation(PLAN, 4, link, { run }, async () => {
    watchers.push(watchAll(own, run));
    await arrive(own);
  });
  await settle();
  const [{ watch, steps, present, plans, bad, lost }] = watchers as [ReturnType<typeof watchAll>];
  await watch.close();
  expect([bad, lost(), present]).toEqual([[], 0, []]);
  expect(byAgent(steps)).toEqual(localSteps(PLAN));
  expect(plans).toEqual([PLAN]);
  expectSame(watched, inOneProcess(PLAN));
  const unwatched = await inFederation(PLAN, 4, overMemory(new MemoryHub()));
  expect(watched.rounds).toBe(unwatched.rounds);
  await own.close();
});

test.each(links)('watchers come and go during a run: %s', { timeout: 60_000 }, async (_, connect) => {
  const plan = toyPlan({ seed: 42, lockers: 0, until: 3_000_000 });
  const link = connect();
  const [run, own] = [newRun(), await link()];
  const all: ReturnType<typeof watchAll>[] = [];
  /** Each ends when it has seen enough, and the next one begins. */
  const next = () => {
    const begun = all.length;
    const watcher = watchAll(own, run, {}, (seen) => {
      if (seen < 200 || all.length > begun + 1 || begun === 2) return;
      void watcher.watch.close();
      next();
    });
    all.push(watcher);
  };
  const watched = await inFederation(plan, 4, link, { run }, async () => {
    next();
    await arrive(own);
  });
  await settle();
  await all.at(-1)?.watch.close();
  expectSame(watched, inOneProcess(plan));
  expect(watched.rounds).toBe((await inFederation(plan, 4, overMemory(new MemoryHub()))).rounds);
  expect(all).toHaveLength(3);
  const local = localSteps(plan);
  for (const [turn, { steps, present, bad, lost }] of all.entries()) {
    expect([bad, lost()]).toEqual([[], 0]);
    expect(present.map(({ agent }) => agent).toSorted()).toEqual(turn === 0 ? [] : [...local.keys()].toSorted());
    for (const [agent, seen] of byAgent(steps)) {
      const [first] = seen;
      const begin = first?.event === null ? 0 : (first?.index ?? 0) + 1;
      const whole = local.get(agent) ?? [];
      expect(seen).toEqual(whole.slice(begin, turn === 2 ? whole.length : begin + seen.length));
      if (turn > 0) expect(present.find((each) => each.agent === agent)?.saved).toEqual(first?.before);
    }
  }
  await own.close();
});

test('messages that are lost are steps that are counted', { timeout: 60_000 }, async () => {
  const link = overMemory(new MemoryHub({ faults: { seed: 5, drop: 0.03, duplicate: 0.05, reorder: 0.05 } }));
  const [run, own] = [newRun(), await link()];
  const { watch, steps, bad, lost } = watchAll(own, run);
  expectSame(await inFederation(PLAN, 4, link, { run }), inOneProcess(PLAN));
  await settle();
  await watch.close();
  expect(bad).toEqual([]);
  const local = localSteps(PLAN);
  const total = [...local.values()].reduce((sum, each) => sum + each.length, 0);
  expect(steps.length).toBeGreaterThan(0);
  expect(steps.length + lost()).toBeLessThanOrEqual(total);
  for (const [agent, seen] of byAgent(steps)) {
    const wanted = new Set(seen.map(({ at, index }) => `${at} ${index}`));
    expect(seen).toEqual((local.get(agent) ?? []).filter(({ at, index }) => wanted.has(`${at} ${index}`)));
  }
  await own.close();
});

test('agents of the kernel, with states and transitions; or some agents, with neither', {
  timeout: 60_000,
}, async () => {
  const plan = planOf({ scenario: 'seed-deadlock', cpus: 2, seed: 1, until: 300_000_000 });
  const [hub, run] = [new MemoryHub(), newRun()];
  const whole = watchAll(hub.link(), run);
  const some = watchAll(hub.link(), run, { agents: ['kswapd/0', 'shrinkers'], states: false, moves: false });
  const ended = ['a', 'b', 'c'].map((name) => runFederate(hub.link(), { run, name, definitions: DEFINITIONS }));
  await coordinate(hub.link(), { run, plan, federates: 3, finders: kernelFinders().finders });
  await Promise.all([...ended, whole.ended, some.ended]);
  await settle();
  const local = localSteps(plan, DEFINITIONS, kernelFinders().finders);
  expect([whole.bad, some.bad, whole.lost()]).toEqual([[], [], 0]);
  expect(byAgent(whole.steps)).toEqual(local);
  expect(whole.steps.some(({ moves = [] }) => moves.length > 0)).toBe(true);
  const bare = ['kswapd/0', 'shrinkers'].map((agent): [string, StepData[]] => [
    agent,
    (local.get(agent) ?? []).map(({ before: _before, after: _after, moves: _moves, ...step }) => step),
  ]);
  expect(byAgent(some.steps)).toEqual(new Map(bare));
  await Promise.all([whole.watch.close(), some.watch.close()]);
});

test('a run that nobody watches shows nothing, nor does one whose watcher fell silent', {
  timeout: 30_000,
}, async () => {
  const shown: string[] = [];
  const hub = new MemoryHub();
  const listening = (): Link => {
    const link = hub.link();
    const publish = link.publish.bind(link);
    link.publish = (subject, bytes) => {
      if (subject.includes('.watch.')) shown.push(subject);
      publish(subject, bytes);
    };
    return link;
  };
  await inFederation(PLAN, 2, () => Promise.resolve(listening()));
  expect(shown).toEqual([]);

  const endless = toyPlan({ seed: 1, lockers: 0, until: Number.MAX_SAFE_INTEGER - 1 });
  const [run, stop] = [newRun(), new AbortController()];
  const ended = ['a', 'b'].map((name) =>
    runFederate(listening(), { run, name, definitions: byKind, ...QUICK, watchMs: 100 }).catch(() => undefined),
  );
  const result = coordinateHere(hub.link(), { run, plan: endless, federates: 2, ...QUICK, signal: stop.signal }).catch(
    () => undefined,
  );
  const watcher = hub.link();
  const { steps } = watchAll(watcher, run);
  while (steps.length === 0) await settle();
  watcher.cut();
  await settle();
  await settle();
  const before = shown.length;
  await settle();
  expect(shown.length).toBe(before);
  expect(before).toBeGreaterThan(0);
  stop.abort();
  await Promise.all([...ended, result]);
});
