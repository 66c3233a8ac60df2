/** `dragon compare --sample` before any run is made: which points, which runs, and one line for what is wrong. */
import { expect, test } from 'vitest';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';
import { SampleRequest } from './sample-request.ts';

const USAGE = 'usage: dragon compare SCENARIO [options]; see dragon compare --help';

test.each([
  ['--sample 0', "--sample: '0' is not a whole number from 1 to 10000"],
  ['--sample 4', '--range: a sample needs one at least, as in --range inodes=5k..500k'],
  ['--range inodes=1..2', '--range: is of a map: add --sample, as in --sample 32'],
  ['--sample 4 --range', '--range needs a value, <key=a..b>'],
  ['--sample 4 --range cpus=0..4', "--range: cpus: '0' is not a whole number from 1 to 65536"],
  ['--sample 4 --range inodes', "--range: 'inodes' is no key=least..most, as in inodes=5k..500k"],
  ['--sample 4 --range inods=1..2', "--range: unknown parameter 'inods'; did you mean inodes?"],
  ['--sample 4 --range inodes=2..1', "--range: 'inodes=2..1' must begin with the lesser value"],
  ['--sample 4 --range inodes=1..3M', "--range: inodes: '3M' is out of bounds: give 0 to 2000000"],
  ['--sample 4 --range inodes=1..2 --range inodes=2..3', '--range: inodes is given twice'],
  ['--sample 4 --range inodes=1..2 --set inodes=5', '--range: inodes is set, too: give --range or --set'],
  ['--sample 4 --range inodes=1..2 --cpus 1,2', '--cpus: give one number, or --range cpus=1..16'],
  ['--sample 4 --range cpus=1..2 --cpus 4', '--range: cpus are given, too: give --range or --cpus'],
  ['--sample 4 --range inodes=1..2 --edge-runs 5', '--edge-runs: is about a comparison, not about a sample'],
])('dragon compare short-queue %s', async (line, message) => {
  const { code, out, err } = await dragonInProcess(['compare', 'short-queue', ...line.split(' ')]);
  expect(err).toContain(`dragon: ${message}`);
  expect(err.endsWith(`\n${USAGE}\n`)).toBe(true);
  expect([code, out]).toEqual([64, '']);
});

test('every candidate and seed at each point, each run with a name of its own', () => {
  const range = ['inodes=5k..500k', 'cpus=1..16', 'free=100MiB..200MiB'];
  const request = new SampleRequest('big-cache', { sample: 8, range, set: ['ags=2'] });
  const jobs = request.jobs();
  expect(jobs).toHaveLength(8 * 2 * 3);
  expect(new Set(jobs.map(({ key }) => key)).size).toBe(jobs.length);
  for (const { point, request: run } of jobs) {
    const [inodes, cpus, free = 0] = request.points[point] ?? [];
    expect(run.settings).toMatchObject({ cpus, set: { inodes, free }, keepGoing: true });
    expect(free % 256).toBe(0);
  }
  expect(new SampleRequest('big-cache', { sample: 8, range }).points).toEqual(request.points);
  expect(request.command()).toContain(" --sample 8 --range 'inodes=5k..500k'".replaceAll("'", ''));
});

test('points at which there is no room are found before any run', () => {
  const request = new SampleRequest('short-queue', { sample: 8, range: ['free=4MiB..4GiB'] });
  const jobs = request.jobs();
  const without = request.withoutRoom(jobs);
  expect(without.size).toBeGreaterThan(0);
  expect(without.size).toBeLessThan(8);
  const free = (point: number) => request.points[point]?.[0] ?? 0;
  const [most, least] = [[0, 1, 2, 3, 4, 5, 6, 7].filter((point) => !without.has(point)), [...without]];
  expect(Math.max(...most.map(free))).toBeLessThan(Math.min(...least.map(free)));
});
