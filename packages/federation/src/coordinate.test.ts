/** A coordinator and its federates have the same plan or none, and only what somebody wants to see travels. */
import type { AgentDefinition, FactsChange, Plan } from '@dragon/engine';
import { expect, test } from 'vitest';
import { decode, encode } from './codec.ts';
import { coordinate } from './coordinate.ts';
import type { CoordinateOptions } from './coordinate-options.ts';
import { runFederate } from './federate.ts';
import { FederationError } from './federation-error.ts';
import type { Frame } from './frame.ts';
import type { Link } from './link.ts';
import { MemoryHub } from './memory-link.ts';
import { Seal } from './seal.ts';

/** Rings every 10 ns, and says so at a tracepoint. */
const bell: AgentDefinition<null> = {
  kind: 'bell',
  init: () => ({ state: null, effects: [rings, winds] }),
  receive: () => ({ state: null, effects: [rings, winds] }),
  describe: () => '',
  facts: () => FACTS,
  save: () => null,
  restore: () => null,
};
const WAIT = { resource: 'rope', mode: 'killable', lock: 'W', stack: ['down'] } as const;
const TASK = { waitsFor: WAIT, holds: [{ resource: 'clapper', mode: 'R' as const }] };
const TOWER = { resource: 'tower', holders: [['bell']], waiters: [] };
/** A view of a state that has more than facts. */
const FACTS = { task: { ...TASK, sleeps: 3 }, resources: [{ ...TOWER, colour: 'brass' }], count: 4 };
const rings = { kind: 'trace', event: 'bell_rings', fields: { loud: true } } as const;
const winds = {
  kind: 'setTimer',
  timer: 'bell',
  delay: { name: 'pause', times: 1, pausable: false, background: false },
  message: { type: 'bell.ring' },
} as const;

const PLAN: Plan = {
  seed: 1,
  agents: [{ id: 'bell', kind: 'bell', params: null }],
  resources: [],
  latency: { delays: { pause: { kind: 'fixed', ns: 10 } }, links: { default: 5 } },
  until: 30,
  grace: 10,
  stopOnFinding: true,
};
const PATIENCE = { repeatMs: 10, silenceMs: 2_000, settleMs: 10, pulseMs: 20, joinMs: 2_000 };

/** Runs a plan on one federate; `published` may change what the federate says. */
async function runWith(
  options: Partial<CoordinateOptions>,
  published = (frame: Frame): Frame => frame,
  joinMs = PATIENCE.joinMs,
) {
  const hub = new MemoryHub();
  const seal = new Seal();
  const link: Link = hub.link();
  const publish = link.publish.bind(link);
  link.publish = (subject, bytes) => {
    const opened = seal.open(subject, bytes);
    const { frame } = decode(opened?.bytes ?? bytes);
    if (frame === undefined) throw new Error('a federate said what is no frame');
    const changed = published(frame);
    publish(subject, seal.close(subject, encode(changed, changed)).message);
  };
  const ended = runFederate(link, {
    run: 'r',
    name: 'f',
    definitions: new Map([['bell', bell]]),
    ...PATIENCE,
    joinMs,
  }).then(
    () => 'goodbye',
    (error: unknown) => (error instanceof FederationError ? error.code : error),
  );
  const result = await coordinate(hub.link(), { run: 'r', plan: PLAN, finders: [], ...PATIENCE, ...options }).catch(
    (error: unknown) => error,
  );
  return { result, ended: await ended };
}

test('a federate that read another plan fails the run before its first event', async () => {
  const { result, ended } = await runWith({}, (frame) =>
    frame.kind === 'placed' ? { ...frame, planDigest: 'f'.repeat(16) } : frame,
  );
  expect(result).toMatchObject({
    code: 'plan-mismatch',
    message: expect.stringMatching(/^federate f has another plan \(f{16}\) than the coordinator \([0-9a-f]{16}\): /),
  });
  expect(ended).toBe('aborted');
});

test('a plan that the wire does not know is not sent', async () => {
  const later = { ...PLAN, faults: [] };
  const { result, ended } = await runWith({ plan: later }, undefined, 50);
  expect(result).toMatchObject({
    code: 'bad-frame',
    message: expect.stringMatching(/^the plan cannot be sent to federates: .*faults/),
  });
  // The coordinator has not heard of it yet, so it is not told.
  expect(ended).toBe('timeout');
});

test('of an agent whose facts are a view of its state, the facts travel', async () => {
  const changes: FactsChange[] = [];
  await runWith({ finders: [{ ends: false, facts: (change) => changes.push(change) }] });
  expect(changes).toEqual([{ at: 0, agent: 'bell', facts: { task: TASK, resources: [TOWER] } }]);
});

test('rows and hits of tracepoints travel if they are wanted, and only then', async () => {
  const run = async (options: Partial<CoordinateOptions>) => {
    const sent: { rows: number; hits: number[] } = { rows: 0, hits: [] };
    // On a busy machine a request is repeated, and so is its answer.
    const answers = new Set<string>();
    const { result, ended } = await runWith(options, (frame) => {
      const answer = `${frame.kind} ${frame.kind === 'report' ? frame.window : ''}`;
      if (answers.has(answer)) return frame;
      answers.add(answer);
      if (frame.kind === 'report') sent.rows += frame.rows.length;
      if (frame.kind === 'report' || frame.kind === 'placed') sent.hits.push(...frame.hits.map(([at]) => at));
      return frame;
    });
    expect(result).toMatchObject({ events: 2, endedAt: 30 });
    expect(ended).toBe('goodbye');
    return sent;
  };
  const [at, rows]: [number[], string[]] = [[], []];
  expect(await run({})).toEqual({ rows: 0, hits: [] });
  expect(await run({ onRow: ({ message }) => rows.push(message.type) })).toEqual({ rows: 2, hits: [] });
  expect(await run({ onTrace: (hit) => at.push(hit.at) })).toEqual({ rows: 0, hits: [0, 10, 20] });
  expect([rows, at]).toEqual([
    ['bell.ring', 'bell.ring'],
    [0, 10, 20],
  ]);
});
