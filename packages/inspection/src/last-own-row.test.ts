/** Tests of the last event of an agent: what the agent remembers after it is what it remembers at the cursor. */
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { Execution } from './execution.ts';
import { lastOwnRow } from './last-own-row.ts';
import { PastContexts } from './past-contexts.ts';
import { RunRecord } from './run-record.ts';

test('after its last event an agent remembers what it does when everything at the cursor has happened', () => {
  const request = requestRun(readRun({ scenario: 'seed-deadlock', until: '60ms' }));
  const plan = request.plan();
  const execution = new Execution(plan, request.heading);
  const record = new RunRecord(execution.opening);
  while (!execution.isOver) record.append(execution.advance(10_000));
  const past = new PastContexts(plan, DEFINITIONS);
  const after = (row: number, agent: string) => {
    while (!past.approach(row + 1, 1_000));
    return past.saved(agent);
  };
  const t = record.at.at(record.rows >> 1);
  const later: string[] = [];
  for (const { id } of plan.agents) {
    const row = lastOwnRow(record, id, t);
    expect(after(row, id)).toEqual(after(record.lastRow(t), id));
    if (row > record.now(record.placeOf(id), t).row) later.push(id);
  }
  // Some have received what left the name of their state as it was.
  expect(later).toContain('inode-cache');
});

test('an agent that has received nothing has none, and neither has one that there is not', () => {
  const request = requestRun(readRun({ scenario: 'seed-deadlock' }));
  const record = new RunRecord(new Execution(request.plan(), request.heading).opening);
  expect(lastOwnRow(record, 'kswapd/0', 0)).toBe(-1);
  expect(lastOwnRow(record, 'nobody/7', 0)).toBe(-1);
});
