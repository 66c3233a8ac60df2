/** The header locks of an allocation group under any order of lock, unlock and trylock: one holder, first come first served, nobody lost. */
import type { AgentDefinition } from '@dragon/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definitions } from './index.ts';

const [ag] = definitions as readonly [AgentDefinition];

/** The model: a queue for each buffer, its head the holder. */
test('FIFO, one holder, and no waiter is forgotten', () => {
  const step = fc.record({
    task: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    buffer: fc.constantFrom('AGI', 'AGF'),
    try: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queues: Record<string, string[]> = { AGI: [], AGF: [] };
      let { state } = ag.init({ ag: 2 }, 'ag/2');
      for (const { task, buffer, try: tries } of steps) {
        const queue = queues[buffer] as string[];
        const place = queue.indexOf(task);
        // A waiter is asleep and does nothing.
        if (place > 0) continue;
        const type = place === 0 ? 'ag.unlock' : tries ? 'ag.trylock' : 'ag.lock';
        const wasFree = queue.length === 0;
        const { state: after, effects } = ag.receive(state, { type, buffer }, task);
        state = after;

        if (place === 0) queue.shift();
        else if (!tries || wasFree) queue.push(task);
        const [holder] = queue;
        const granted = place === 0 ? holder : tries || !wasFree ? undefined : task;
        const told = granted === undefined ? [] : [[granted, { type: 'task.bufferLocked', buffer }]];
        const answer = type === 'ag.trylock' ? [[task, { type: 'task.bufferTried', buffer, locked: wasFree }]] : [];
        expect(effects.map((effect) => (effect.kind === 'send' ? [effect.to, effect.message] : effect))).toEqual([
          ...told,
          ...answer,
        ]);
        const facts = Object.entries(queues).flatMap(([name, [first, ...waiters]]) =>
          first === undefined ? [] : [{ resource: `${name} 2`, holders: [first], waiters }],
        );
        expect(ag.facts(state).resources).toEqual(facts);
      }
    }),
  );
});
