/** A trace through real files and processes; what can be wrong with one is tested beside the command. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dragon, newFolder } from './dragon-process.ts';

test('a run is recorded, made again, and compared', { timeout: 60_000 }, async () => {
  const folder = newFolder();
  const [plain, packed] = [join(folder, 'run.ndjson'), join(folder, 'run.ndjson.gz')];
  const runs = await Promise.all([plain, packed].map((path) => dragon(['run', 'seed-deadlock', '--trace', path])));
  expect(runs.map(({ code, err }) => [code, err])).toEqual([
    [2, ''],
    [2, ''],
  ]);
  expect(readdirSync(folder)).toEqual(['run.ndjson', 'run.ndjson.gz']);
  const [replay, diff] = await Promise.all([dragon(['replay', packed]), dragon(['diff', plain, packed])]);
  expect([replay.code, replay.err, diff.code, diff.err]).toEqual([0, '', 0, '']);
  expect(replay.out).toMatch(/^Made again: all \d+ rows are equal; outcome deadlock, digest \w{16}$/m);
  expect(diff.out).toMatch(/^All \d+ rows are equal$/m);
  rmSync(folder, { recursive: true });
});
