/** Test of the last rows of each thread. */
import { expect, test } from 'vitest';
import { Engine } from './engine.ts';
import type { FactsChange } from './facts.ts';
import { History, HISTORY_ROWS, HISTORY_TURNS } from './history.ts';
import type { Row } from './row.ts';
import type { VirtualTime } from './time.ts';
import { chatterPlan, definitions } from './toy-agents.fixture.ts';

test('each thread keeps its last rows, and of those before the last that changed its holds or its wait', () => {
  const rows: Row[] = [];
  const turns: VirtualTime[] = [];
  const history = new History();
  const observers = [
    { row: (row: Row) => void rows.push(row) },
    { facts: ({ agent, at }: FactsChange) => void (agent === 'y/1' && turns.push(at)) },
    history,
  ];
  new Engine({ plan: chatterPlan(1, 3), definitions, observers }).run(20_000);
  const own = rows.filter(({ to }) => to === 'y/1');
  expect(own.length).toBeGreaterThan(HISTORY_ROWS);
  expect(history.rows('nobody')).toEqual([]);
  expect(own.map(({ index }) => index)).toEqual(own.map((_, i) => i));
  const kept = history.rows('y/1');
  expect(kept.slice(-HISTORY_ROWS)).toEqual(own.slice(-HISTORY_ROWS));
  const earlier = kept.slice(0, -HISTORY_ROWS);
  expect(earlier.length).toBeGreaterThan(0);
  expect(earlier.length).toBeLessThanOrEqual(HISTORY_TURNS);
  for (const row of earlier) expect(own[row.index]).toEqual(row);
  for (const { at } of earlier) expect(turns).toContain(at);
});
