/**
 * The header locks of an allocation group under any order of lock, unlock and trylock: one holder, first come first
 * served, nobody lost.
 */
import type { AgentDefinition, Message } from '@dragon/engine';
import { inChunks } from '@dragon/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definitions } from './index.ts';

const [ag] = definitions as readonly [AgentDefinition];

const sent = (effects: ReturnType<AgentDefinition['receive']>['effects']) =>
  effects.map((effect) => (effect.kind === 'send' ? [effect.to, effect.message] : effect));

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
        const { state: after, effects } = ag.receive(state, { message: { type, buffer }, from: task, at: 0 });
        state = after;

        if (place === 0) queue.shift();
        else if (!tries || wasFree) queue.push(task);
        const [holder] = queue;
        const granted = place === 0 ? holder : tries || !wasFree ? undefined : task;
        const told = granted === undefined ? [] : [[granted, { type: 'task.bufferLocked', buffer, neighbours: 0 }]];
        const answer = type === 'ag.trylock' ? [[task, { type: 'task.bufferTried', buffer, locked: wasFree }]] : [];
        // One who has to wait is told so before he does.
        const waits = type === 'ag.lock' && !wasFree ? [[task, { type: 'task.bufferContended', buffer }]] : [];
        expect(sent(effects)).toEqual([...told, ...answer, ...waits]);
        const facts = Object.entries(queues).flatMap(([name, [first, ...waiters]]) =>
          first === undefined
            ? []
            : [
                {
                  resource: `${name} 2`,
                  holders: [[first]],
                  waiters: inChunks(waiters.map((each) => ({ task: each }))),
                },
              ],
        );
        expect(ag.facts(state).resources).toEqual(facts);
      }
    }),
  );
});

/** The model: a list for each of 64 buckets; what a thread is told is what stands there when it gets the lock. */
test('whoever locks the AGI to free an inode is told its neighbours, whether it waited or not', () => {
  const ino = fc.nat(400);
  fc.assert(
    fc.property(
      fc.uniqueArray(ino, { minLength: 5, maxLength: 200 }),
      fc.array(fc.nat(), { maxLength: 150 }),
      (inos, picks) => {
        const buckets = Array.from({ length: 64 }, (): number[] => []);
        let { state } = ag.init({ ag: 0 }, 'ag/0');
        const give = (message: Message, from: string) => {
          const step = ag.receive(state, { message, from, at: 0 });
          state = step.state;
          return sent(step.effects);
        };
        for (const unlinked of inos) {
          give({ type: 'ag.lock', buffer: 'AGI' }, 'rm');
          give({ type: 'ag.unlock', buffer: 'AGI', unlinked }, 'rm');
          buckets[unlinked % 64]?.push(unlinked);
        }
        const left = [...inos];
        for (const pick of picks) {
          const [freed] = left.splice(pick % left.length, 1);
          if (freed === undefined || left.length === 0) break;
          const bucket = buckets[freed % 64] as number[];
          const neighboursOf = (): number => {
            const at = bucket.indexOf(freed);
            return [bucket[at - 1], bucket[at + 1]].filter((each) => each !== undefined).length;
          };
          if (pick % 2 === 0) {
            expect(give({ type: 'ag.lock', buffer: 'AGI', ino: freed }, 'gc')).toEqual([
              ['gc', { type: 'task.bufferLocked', buffer: 'AGI', neighbours: neighboursOf() }],
            ]);
          } else {
            // Another thread has the lock, and unlinks a file of the same bucket meanwhile.
            const unlinked = freed + 64_000;
            give({ type: 'ag.lock', buffer: 'AGI' }, 'rm');
            give({ type: 'ag.lock', buffer: 'AGI', ino: freed }, 'gc');
            bucket.push(unlinked);
            left.push(unlinked);
            expect(give({ type: 'ag.unlock', buffer: 'AGI', unlinked }, 'rm')).toEqual([
              ['gc', { type: 'task.bufferLocked', buffer: 'AGI', neighbours: neighboursOf() }],
            ]);
          }
          give({ type: 'ag.unlock', buffer: 'AGI', freed }, 'gc');
          bucket.splice(bucket.indexOf(freed), 1);
        }
      },
    ),
    { numRuns: 40 },
  );
});
