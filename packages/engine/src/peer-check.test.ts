/** A message to somebody who is no peer is a mistake; who is one, the lists say in either direction. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PeerCheck } from './peer-check.ts';
import { peersOf } from './peers.ts';
import { runPlan } from './run.ts';
import { definitions, scriptedPlan } from './toy-agents.fixture.ts';

const KINDS = ['a', 'b', 'c'] as const;

test('the check agrees with the sets of peers', () => {
  const world = fc.integer({ min: 1, max: 60 }).chain((count) => {
    const kinds = fc.uniqueArray(fc.constantFrom(...KINDS), { maxLength: 1 });
    const one = fc.tuple(fc.uniqueArray(fc.nat(count - 1)), fc.constantFrom(...KINDS), kinds);
    return fc.array(one, { minLength: count, maxLength: count });
  });
  fc.assert(
    fc.property(world, (lists) => {
      const id = (index: number) => `a/${index}`;
      const specs = lists.map(([list, kind, peerKinds], index) => {
        const peers = list.filter((peer) => peer !== index).map(id);
        return { id: id(index), kind, params: null, peers, peerKinds };
      });
      const check = new PeerCheck(specs, new Map(specs.map((spec, rank) => [spec.id, rank])));
      const peers = peersOf(specs);
      for (const from of lists.keys())
        for (const to of lists.keys())
          expect(check.allows(from, to)).toBe(from === to || peers?.get(id(from))?.has(id(to)));
    }),
  );
});

test.each([
  ['named by the sender', { 'a/1': ['b/1'], 'b/1': [] }, true],
  ['named by the receiver', { 'a/1': [], 'b/1': ['a/1'] }, true],
  ['named by neither', { 'a/1': [], 'b/1': [] }, false],
  ['where one names nobody, as it may talk to anybody', { 'a/1': [] }, true],
])('a message to an agent %s', (_, peers: { readonly [id: string]: readonly string[] }, isAllowed) => {
  const send = { kind: 'send', to: 'b/1', message: { type: 'greeting' } } as const;
  const plan = scriptedPlan({ 'a/1': { start: [send] }, 'b/1': {} });
  const agents = plan.agents.map((agent) => ({ ...agent, peers: peers[agent.id] }));
  const run = () => runPlan({ ...plan, agents }, definitions, { finders: [] });
  if (isAllowed) expect(run().events).toBe(1);
  else
    expect(run).toThrow('agent a/1 failed while it started, seed 1: sent greeting to b/1, and neither names the other');
});
