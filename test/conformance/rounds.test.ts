/** Rounds cost a federation nearly all of its time; how many there are is fixed by plan and placement, so counted. */
import { planDigest } from '@dragon/engine';
import { coordinate, MemoryHub, runFederate } from '@dragon/federation';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';

/** Returns the result of a deadlock under skip-kswapd on eight federates of this process. */
async function onEight(cpus: string) {
  const plan = requestRun(readRun({ scenario: 'seed-deadlock', policy: 'throttle=skip-kswapd', cpus })).plan();
  const hub = new MemoryHub();
  const run = `rounds-${planDigest(plan)}`;
  const federates = Array.from({ length: 8 }, (_, index) =>
    runFederate(hub.link(), { run, name: `host-${index + 1}`, definitions: DEFINITIONS }),
  );
  const { finders } = kernelFinders();
  const result = await coordinate(hub.link(), { run, plan, finders, federates: 8 });
  await Promise.all(federates);
  return result;
}

test('two rounds for every nine events at most, on 256 CPUs', { timeout: 120_000 }, async () => {
  const { rounds, events, digest } = await onEight('256');
  expect(digest).toBe('b01b13d08ce90ecf');
  expect(rounds / events).toBeLessThanOrEqual(2 / 9);
});
