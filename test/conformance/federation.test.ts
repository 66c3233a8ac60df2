/** A federation gives the result of one process, whoever hosts what and whatever the wire does to its messages. */
import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { compareRows, type Plan } from '@dragon/engine';
import { connectNats, launchFederates, type MemoryFaults, MemoryHub, type PlacementPolicy } from '@dragon/federation';
import { coordinateHere, expectSame, inFederation, inOneProcess, newRun, toyProcess } from './federation-runs.ts';
import { toyPlan } from './federation-toys.ts';

const memory = (faults?: MemoryFaults, maxPayload?: number) => {
  const hub = new MemoryHub({ faults, maxPayload });
  return () => Promise.resolve(hub.link());
};

/** Deals agent by agent as the numbers say. */
const dealtBy =
  (numbers: readonly number[]): PlacementPolicy =>
  (agents, applicants) => {
    const names = applicants.map(({ name }) => name).toSorted();
    return agents.map((_, index) => names[(numbers[index] ?? 0) % names.length] ?? '');
  };

describe('over memory', () => {
  for (const seed of [1, 2, 3]) {
    const plan = toyPlan({ seed });
    const local = inOneProcess(plan);
    test(`seed ${seed} finds a deadlock in one process`, () => {
      expect(local.result.foundAt).toBeGreaterThan(0);
      expect(local.result.endedAt).toBe((local.result.foundAt ?? 0) + plan.grace);
      expect(local.rows).toEqual(local.rows.toSorted(compareRows));
      // Some at the start, and several at one instant of one agent: their order is what a federation must keep.
      expect(local.hits.slice(0, 6).map(({ at, event }) => [at, event])).toEqual(
        Array.from({ length: 6 }, () => [0, 'ring_start']),
      );
      expect(
        local.hits.some(({ at, agent }, i) => at === local.hits[i + 1]?.at && agent === local.hits[i + 1]?.agent),
      ).toBe(true);
    });
    for (const federates of [1, 2, 3, 7, plan.agents.length])
      test(`seed ${seed}, ${federates} federates`, async () => {
        const federated = await inFederation(plan, federates, memory());
        expectSame(federated, local);
        expect(federated.processes).toBe(federates);
      });
  }

  test('a run without a finding ends at its end', async () => {
    const plan = toyPlan({ seed: 4, lockers: 0, until: 400_000 });
    const local = inOneProcess(plan);
    expect(local.result.endedAt).toBe(400_000);
    expectSame(await inFederation(plan, 4, memory()), local);
  });

  test('a finding that does not stop the run is reported all the same', async () => {
    const plan: Plan = { ...toyPlan({ seed: 1, until: 500_000 }), stopOnFinding: false };
    const local = inOneProcess(plan);
    expect(local.result.endedAt).toBe(500_000);
    expectSame(await inFederation(plan, 3, memory()), local);
  });

  test('messages that are lost, doubled and overtaken change nothing', { timeout: 60_000 }, async () => {
    for (const seed of [11, 12, 13]) {
      const plan = toyPlan({ seed, until: 300_000 });
      const faults = { seed, drop: 0.02, duplicate: 0.1, reorder: 0.1 };
      expectSame(await inFederation(plan, 4, memory(faults)), inOneProcess(plan));
    }
  });

  test('frames longer than the payload travel in pieces', async () => {
    const plan = toyPlan({ seed: 5, until: 300_000 });
    const faults = { seed: 5, drop: 0.001, duplicate: 0.05, reorder: 0.05 };
    expectSame(await inFederation(plan, 3, memory(faults, 700)), inOneProcess(plan));
  });

  test('any placement gives the same run', { timeout: 60_000 }, async () => {
    const numbers = fc.array(fc.nat(9), { minLength: 11, maxLength: 11 });
    const property = fc.asyncProperty(
      fc.nat(1_000),
      fc.integer({ min: 1, max: 5 }),
      numbers,
      async (seed, federates, deal) => {
        const plan = toyPlan({ seed, until: 200_000 });
        expectSame(await inFederation(plan, federates, memory(), { placement: dealtBy(deal) }), inOneProcess(plan));
      },
    );
    await fc.assert(property, { numRuns: 25, seed: 1 });
  });

  test('the last rows of an agent come with the result, if asked for', async () => {
    const plan = toyPlan({ seed: 1 });
    const { result } = await inFederation(plan, 3, memory(), { history: () => ['lock/a', 'ring/0'] });
    const local = inOneProcess(plan).result;
    expect(result.history('lock/a')).toEqual(local.history('lock/a'));
    expect(result.history('ring/0')).toEqual(local.history('ring/0'));
    expect(result.history('lock/b')).toEqual([]);
  });
});

describe('over NATS', () => {
  const nats = () => connectNats(inject('natsAddress'));

  for (const federates of [1, 3, 11])
    test(`${federates} federates in this process`, async () => {
      const plan = toyPlan({ seed: 21 });
      expectSame(await inFederation(plan, federates, nats), inOneProcess(plan));
    });

  test('federates in processes of their own', { timeout: 60_000 }, async () => {
    const [address, run] = [inject('natsAddress'), newRun()];
    const commands = [toyProcess('rings', 'ring'), toyProcess('locks', 'lock'), toyProcess('lockers', 'locker')];
    const launched = launchFederates({ run, address, commands });
    const link = await connectNats(address);
    try {
      const plan = toyPlan({ seed: 31 });
      const federated = await coordinateHere(link, { run, plan, federates: 3, watchLost: launched.watchLost });
      expectSame(federated, inOneProcess(plan));
      expect(federated.processes).toBe(3);
    } finally {
      await Promise.all([launched.stop(), link.close()]);
    }
  });
});
