/** A federation gives the result of one process, whoever hosts what, whatever the wire does, and says clearly why when it cannot. */
import { describe, expect, test } from 'vitest';
import { type AgentDefinition, type Plan, type Row, runPlan } from '../../packages/engine/src/index.ts';
import {
  type CoordinateOptions,
  coordinate,
  type FederatedResult,
  type Link,
  type MemoryFaults,
  MemoryHub,
  type PlacementPolicy,
  runFederate,
} from '../../packages/federation/src/index.ts';
import { CycleFinder, definitions, toyPlan } from './federation-toys.ts';

const byKind = new Map<string, AgentDefinition>(definitions.map((each) => [each.kind, each]));
const QUICK = { repeatMs: 10, silenceMs: 5_000, settleMs: 20, pulseMs: 50, joinMs: 5_000 };

function inOneProcess(plan: Plan) {
  const finder = new CycleFinder();
  const rows: Row[] = [];
  const result = runPlan(plan, byKind, { finder, onRow: (row) => rows.push(row) });
  return { result, rows, applied: finder.applied };
}

async function inFederation(
  plan: Plan,
  federates: number,
  link: () => Link | Promise<Link>,
  options: Partial<CoordinateOptions> = {},
) {
  const finder = new CycleFinder();
  const rows: Row[] = [];
  const run = `test-${Math.random().toString(36).slice(2)}`;
  const names = Array.from({ length: federates }, (_, index) => `f${index}`);
  const links = await Promise.all(names.map(() => link()));
  const ended = Promise.allSettled(
    names.map((name, index) => runFederate(links[index] as Link, { run, name, definitions: byKind, ...QUICK })),
  );
  const own = await link();
  const onRow = (row: Row) => rows.push(row);
  try {
    const coordination: CoordinateOptions = { run, plan, finder, federates, onRow, ...QUICK, ...options };
    const result = await coordinate(own, coordination);
    return { result, rows, applied: finder.applied, ended: await ended };
  } finally {
    await ended;
    await Promise.all([own, ...links].map((each) => each.close()));
  }
}

function expectSame(federated: Awaited<ReturnType<typeof inFederation>>, local: ReturnType<typeof inOneProcess>): void {
  const comparable = ({ endedAt, foundAt, events, digest, log }: typeof local.result) => ({ endedAt, foundAt, events, digest, log });
  expect(comparable(federated.result)).toEqual(comparable(local.result));
  expect(federated.rows).toEqual(local.rows);
  expect(federated.applied).toEqual(local.applied);
  expect(federated.ended.map(({ status }) => status)).toEqual(federated.ended.map(() => 'fulfilled'));
}

describe('in memory', () => {
  const memory = (faults?: MemoryFaults, maxPayload?: number) => {
    const hub = new MemoryHub({ faults, maxPayload });
    return () => hub.link();
  };

  for (const seed of [1, 2, 3]) {
    const plan = toyPlan({ seed });
    const local = inOneProcess(plan);
    for (const federates of [1, 2, 3, 7, plan.agents.length])
      test(`seed ${seed}, ${federates} federates`, async () => {
        expectSame(await inFederation(plan, federates, memory()), local);
      });
  }
});
