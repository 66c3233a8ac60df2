/**
 * Rounds that a federation needs for an event: fixed by plan and placement, so they are counted, without a network.
 * Most of the time of a distributed run is its rounds.
 */
import { randomUUID } from 'node:crypto';
import { coordinate, MemoryHub, runFederate } from '@dragon/federation';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import type { Conditions } from './bench.ts';
import type { Figure } from './figure.ts';

const FEDERATES = 8;

export async function roundsAnEvent({ quick, signal }: Pick<Conditions, 'quick' | 'signal'>): Promise<Figure[]> {
  const cpus = quick ? '8' : '256';
  const plan = requestRun(readRun({ scenario: 'seed-deadlock', policy: 'throttle=skip-kswapd', cpus })).plan();
  const hub = new MemoryHub();
  const run = `bench-${randomUUID()}`;
  const federates = Array.from({ length: FEDERATES }, (_, index) =>
    runFederate(hub.link(), { run, name: `host-${index + 1}`, definitions: DEFINITIONS, signal }),
  );
  const { finders } = kernelFinders();
  const { rounds, events } = await coordinate(hub.link(), { run, plan, finders, federates: FEDERATES, signal });
  await Promise.all(federates);
  return [
    {
      name: 'federation.rounds-an-event',
      about: `rounds an event, ${FEDERATES} federates`,
      value: rounds / events,
      unit: 'rounds',
      against: `events of seed-deadlock, ${cpus} CPUs, throttle=skip-kswapd; counted`,
      goal: { better: 'lower', reach: 0.25, aim: 0.15 },
    },
  ];
}
