/** `dragon compare` before any run is made: bad usage has its line, and the runs are those that were asked for. */
import { expect, test } from 'vitest';
import { parseSeeds } from '../option-values.ts';
import { CompareRequest } from './compare-request.ts';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';

const USAGE = 'usage: dragon compare SCENARIO [options]; see dragon compare --help';

test.each([
  ['', 'compare needs SCENARIO'],
  ['short-queu --seeds 1', "unknown scenario 'short-queu'; did you mean short-queue?"],
  ['short-queue --seeds', '--seeds needs a value, <list>'],
  ['short-queue --seeds 1-3', "--seeds: '1-3' is no seed and no range: give 7, 1..100 or 1,4,7..9"],
  ['short-queue --seeds 3..1', "--seeds: '3..1' must begin with the lower seed"],
  ['short-queue --seeds 0..100000', "--seeds: '0..100000' has more than 100000 seeds"],
  ['short-queue --seeds 1..2 --cpus 1,1', "--cpus: '1,1' has a number twice"],
  ['short-queue --seeds 1..2 --cpus 1,x', "--cpus: 'x' is not a whole number from 1 to 65536"],
  ['other-cpu --seeds 1 --cpus 1,4', '--cpus: scenario other-cpu needs at least 2 CPUs, not 1'],
  ['other-cpu --seeds 1 --cpus 4,1', '--cpus: scenario other-cpu needs at least 2 CPUs, not 1'],
  ['short-queue --seeds 1 --jobs 0', "--jobs: '0' is not a whole number from 1 to 256"],
  ['short-queue --seeds 1 --until 5', "--until: '5' is not a duration"],
  ['short-queue --seeds 1 --policy throttle=x', "--policy: unknown value for throttle 'x'"],
  ['short-queue --seeds 1 --candidate throttle=x', "--candidate: unknown value for throttle 'x'"],
  ['short-queue --seeds 1 --candidate v6.0', "--candidate: unknown profile 'v6.0'; did you mean v6.1?"],
  [
    'short-queue --seeds 1 --candidate skip-kswapd',
    "--candidate: 'skip-kswapd' is no profile; did you mean throttle=skip-kswapd?",
  ],
  [
    'short-queue --seeds 1 --candidate timed(3ms)',
    "--candidate: 'timed(3ms)' is no profile; did you mean throttle=timed(3ms)?",
  ],
  [
    'short-queue --seeds 1 --candidate v6.1 --candidate throttle=always',
    "--candidate: 'v6.1' and 'throttle=always' are the same",
  ],
  ['short-queue --seeds 1 --fault freeze', "--fault: 'freeze' has no instant: add at=2.5s, say"],
  ['short-queue --seeds 1..3 --sensitivity-seeds 4', '--sensitivity-seeds: there are no more than 3 seeds'],
])('dragon compare %s', async (line, message) => {
  const { code, out, err } = await dragonInProcess(['compare', ...line.split(' ').filter(Boolean)]);
  expect(err).toContain(`dragon: ${message}`);
  expect(err.endsWith(`\n${USAGE}\n`)).toBe(true);
  expect([code, out]).toEqual([64, '']);
});

test('a folder that is not there is found out before the first run', async () => {
  const { code, out, err } = await dragonInProcess(
    'compare short-queue --seeds 1 --report /nowhere/compare.html'.split(' '),
  );
  expect([code, out]).toEqual([74, '']);
  expect(err).toBe('dragon: /nowhere/compare.html cannot be written: there is no such folder\n');
});

const request = (candidate: readonly string[], few?: number) =>
  new CompareRequest(
    'short-queue',
    {
      candidate,
      seeds: parseSeeds('1..3'),
      cpus: [1, 4],
      ...(few === undefined ? {} : { sensitivitySeeds: few }),
    },
    ['evictInode', 'transAlloc'],
  );

test('faults are in every run, in its name, and in the command', () => {
  const fault = ['stall-cpu cpu=0 for=10ms at=1s'];
  const chosen = { candidate: ['v6.1', 'v6.7'], seeds: parseSeeds('1'), until: 2_000_000_000 };
  const [plain, faulty] = [chosen, { ...chosen, fault }].map((each) => new CompareRequest('short-queue', each, []));
  expect(faulty?.faults).toEqual(fault);
  expect(faulty?.command()).toMatch(/ --until 2s --fault 'stall-cpu cpu=0 for=10ms at=1s'$/);
  expect(faulty?.jobs().map(({ request: { settings } }) => settings.faults?.length)).toEqual([1, 1]);
  const keys = [plain, faulty].flatMap((each) => each?.jobs().map(({ key }) => key) ?? []);
  expect(new Set(keys).size).toBe(4);
  const never = () => new CompareRequest('short-queue', { ...chosen, fault: ['freeze at=3s'] }, []);
  expect(never).toThrow('is not before the end of the run');
});

test('the runs: all of a seed before the next one, each with a name of its own', () => {
  const jobs = request(['v6.7', 'throttle=timed(3ms)'], 2).jobs();
  expect(jobs).toHaveLength(2 * 2 * 3 + 2 * 2 * 2 * 2 * 2);
  expect(new Set(jobs.map(({ key }) => key)).size).toBe(jobs.length);
  expect(jobs.slice(0, 4).map(({ request: { settings, profile } }) => [settings.seed, settings.cpus, profile])).toEqual(
    [
      [1, 1, 'v6.7'],
      [1, 1, 'v6.1'],
      [1, 4, 'v6.7'],
      [1, 4, 'v6.1'],
    ],
  );
  const scaled = jobs.slice(12).map(({ request: { settings } }) => settings.scaled);
  expect(scaled[0]).toEqual({ constant: 'evictInode', factor: 0.5 });
  expect(scaled.at(-1)).toEqual({ constant: 'transAlloc', factor: 2 });
  expect(jobs.every(({ request: { settings } }) => settings.keepGoing)).toBe(true);
});

test('without a second policy there is no ranking to shake', () => {
  expect(request(['v6.7'], 2).jobs()).toHaveLength(6);
});

test('commands that do it again', () => {
  const asked = request(['v6.7,throttle=skip-kswapd', 'throttle=timed(3ms)'], 2);
  expect(asked.command()).toBe(
    "npx dragon compare short-queue --candidate v6.7,throttle=skip-kswapd --candidate 'throttle=timed(3ms)' --seeds 1..3 --cpus 1,4 --sensitivity-seeds 2",
  );
  expect(asked.replay('v6.7,throttle=skip-kswapd', 1, 3)).toBe(
    'npx dragon run short-queue --profile v6.7 --policy throttle=skip-kswapd --cpus 1 --seed 3 --keep-going',
  );
  expect(asked.replay('throttle=timed(3ms)', 4, 2)).toBe(
    "npx dragon run short-queue --policy 'throttle=timed(3ms)' --seed 2 --keep-going",
  );
});
