/** Tests of a trace as the page reads it: the same record as of the run that is executed, and nothing executed. */
import { mkdtempSync, openAsBlob, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from '@dragon/engine';
import { RecordedRun, RunRecord } from '@dragon/inspection';
import { Execution } from '@dragon/inspection/execution';
import { BlobTrace, openWebTrace } from '@dragon/report/web';
import { DEFINITIONS } from '@dragon/scenarios';
import { afterAll, expect, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-recorded-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows alone. */
const VERSION_4 = fileURLToPath(new URL('../../packages/cli/src/trace/version-4.fixture.ndjson.gz', import.meta.url));

async function read(path: string): Promise<{ record: RunRecord; lacks: readonly string[] }> {
  const trace = await openWebTrace(new BlobTrace(path, await openAsBlob(path)));
  const recorded = new RecordedRun(trace.plan as unknown as Plan, trace.header, DEFINITIONS);
  const record = new RunRecord(recorded.opening);
  for await (const records of trace.records()) record.append(recorded.take(records));
  if (trace.footer !== undefined) record.append(recorded.finish(trace.footer));
  const untold = trace.footer && recorded.untold(trace.footer);
  return { record, lacks: [...trace.lacks, ...(untold === undefined ? [] : [untold])] };
}

function executed({ plan, heading, command }: RunRecord): RunRecord {
  const execution = new Execution(plan, heading, command);
  const record = new RunRecord(execution.opening);
  while (!execution.isOver) record.append(execution.advance(10_000));
  return record;
}

function expectSameRun(record: RunRecord, other: RunRecord): void {
  expect(record.rows).toBe(other.rows);
  for (let row = 0; row < record.rows; row += 1) expect(record.row(row)).toEqual(other.row(row));
  for (const place of record.agents.keys()) expect(record.start(place)).toEqual(other.start(place));
  expect(record.end).toEqual(other.end);
}

test.each([
  ['seed-deadlock', []],
  // A deadlock that comes undone: it is told otherwise from then on.
  ['seed-deadlock', ['--fault', 'message to=repair/0 type=task.shrinkerUnregistered at=2.31s']],
  ['stuck-disk', ['--cpus', '1']],
] as const)('%s %j: rows, starts, waits, findings and their words are those of the run', async (scenario, options) => {
  const path = join(folder, `${scenario}-${options.length}.trace`);
  expect((await dragonInProcess(['run', scenario, ...options, '--trace', path])).code).toBe(2);
  const { record, lacks } = await read(path);
  const run = executed(record);
  expectSameRun(record, run);
  expect(lacks).toEqual([]);
  expect(record.findings).toEqual(run.findings);
  expect(record.stories).toEqual(run.stories);
  for (const share of [0.1, 0.5, 0.9, 1]) {
    const t = Math.round(record.edge * share);
    expect(record.waitsAt(t).tasks, `${t}`).toEqual(run.waitsAt(t).tasks);
  }
});

test('a trace of an older program has rows alone, and says what it lacks', async () => {
  const { record, lacks } = await read(VERSION_4);
  expect(record.end?.outcome).toBe('deadlock');
  expect(record.rows).toBeGreaterThan(100);
  expect(record.findings).toEqual([]);
  expect(lacks.join('\n')).toMatch(/^who waits for whom.*\nhow many inodes.*\nwhy it ended as deadlock: /);
});
