/** What an observer hears of a whole run: what each agent answered, by which transitions of its chart. */
import { type AgentId, combineDigests, Engine, type Event, type Seen } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { planOf } from './simulate.ts';

const plan = planOf({ scenario: 'seed-deadlock', policy: 'throttle=timed(10ms)', cpus: 2, until: 2_300_000_000 });

/** The scheduler's own words to a thread, of which its chart knows nothing. */
const SCHEDULER = new Set(['task.dispatched', 'task.preempted', 'task.cpuDrawn']);

const digestOf = (engine: Engine): string => combineDigests(engine.digests());

test('what is answered in a run has come before, and is answered by transitions of the chart', {
  timeout: 60_000,
}, () => {
  const steps: Seen[] = [];
  const engine = new Engine({
    plan,
    definitions: DEFINITIONS,
    observers: [{ moves: true, see: (seen) => steps.push(seen) }],
  });
  engine.run(plan.until);
  const alone = new Engine({ plan, definitions: DEFINITIONS });
  alone.run(plan.until);
  expect(digestOf(engine)).toBe(digestOf(alone));

  /** What has come to each agent and was not answered yet, by its sender and text. */
  const waiting = new Map<AgentId, string[]>();
  const charts = new Map(
    [...DEFINITIONS].map(([kind, { chart }]) => [kind, new Map(chart?.nodes.map((node) => [node.path, node.edges]))]),
  );
  const textOf = ({ from, message, timer }: Pick<Event, 'from' | 'message' | 'timer'>): string =>
    JSON.stringify([from, message, timer]);
  const wrong: string[] = [];
  let late = 0;
  const causes = new Set<string>();
  for (const { agent, definition, event, moves } of steps) {
    if (event === undefined) {
      expect(moves).toBeUndefined();
      waiting.set(agent, []);
      continue;
    }
    const queue = waiting.get(agent) ?? [];
    if (!SCHEDULER.has(event.message.type)) queue.push(textOf(event));
    for (const move of moves ?? []) {
      // A thread tells itself that it has moved: that is no event.
      if (move.message.type !== 'task.migrated') {
        const place = queue.indexOf(textOf(move));
        if (place < 0) wrong.push(`${agent} answers ${textOf(move)}, which it has not got`);
        else queue.splice(place, 1);
      }
      if (event.message.type === 'task.dispatched') {
        late += 1;
        causes.add(move.message.type);
      }
      for (const { source, by, index, target } of move.taken) {
        const edges = charts.get(definition.kind)?.get(source) ?? [];
        const edge = edges.find((each) => each.by === by && each.index === index);
        if (String(edge?.target) !== String(target)) wrong.push(`${agent}: ${source} by ${by}, not in its chart`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(late).toBeGreaterThan(40);
  // What wakes a thread is told when it has the CPU, and the move says what it was.
  expect([...causes]).toEqual(expect.arrayContaining(['task.workFlushed', 'timer']));
  expect(causes.has('task.dispatched')).toBe(false);
});
