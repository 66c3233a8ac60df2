/** `dragon sweep`, in this process and with real worker threads: bad usage, digests, order, and what is printed. */
import { expect, test } from 'vitest';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';
import { parseSeeds } from '../option-values.ts';
import { SweepRequest } from './sweep-request.ts';

const sweep = (line: string) => dragonInProcess(['sweep', ...line.split(' ').filter(Boolean)]);

test.each([
  ['', 'sweep needs SCENARIO'],
  ['short-queu', "unknown scenario 'short-queu'; did you mean short-queue?"],
  ['short-queue --seeds', '--seeds needs a value, <list>'],
  ['short-queue --seeds 1-3', "--seeds: '1-3' is no seed and no range: give 7, 1..100 or 1,4,7..9"],
  ['short-queue --seeds 3..1', "--seeds: '3..1' must begin with the lower seed"],
  ['short-queue --cpus 0', "--cpus: '0' is not a whole number from 1 to 65536"],
  ['short-queue --jobs 0', "--jobs: '0' is not a whole number from 1 to 256"],
  ['short-queue --until 5', "--until: '5' is not a duration"],
  ['short-queue --policy throttle=x', "--policy: unknown value for throttle 'x'"],
  [
    'short-queue --candidate v6.1 --candidate throttle=always',
    "--candidate: 'v6.1' and 'throttle=always' are the same",
  ],
  ['short-queue --policy v6.7', "--policy: 'v6.7' is a profile: give it with --profile or --candidate"],
  ['short-queue --policy ,', "--policy: ',' is empty: give key=value,…"],
  ['short-queue --candidate ,', "--candidate: ',' is empty: give a profile, or key=value,…, or both"],
  [
    'short-queue --candidate throttle=always --policy throttle=inline',
    "--policy: 'throttle=inline' would hold for every candidate, but 'throttle=always' sets throttle itself; to try it as well: --candidate throttle=inline",
  ],
  ['short-queue --seeds 1..3,2', "--seeds: '1..3,2' has a seed twice"],
  ['short-queue --seed 1 --seeds 2', '--seeds: give this or --seed, not both'],
])('dragon sweep %s', async (line, message) => {
  const { code, out, err } = await sweep(line);
  expect(err).toContain(`dragon: ${message}`);
  expect(err.endsWith('\nusage: dragon sweep SCENARIO [options]; see dragon sweep --help\n')).toBe(true);
  expect([code, out]).toEqual([64, '']);
});

test('the runs: all policies of a seed before the next one, each with the command that makes it again', () => {
  const request = new SweepRequest('short-queue', {
    candidate: ['v6.7', 'throttle=skip-kswapd'],
    seeds: parseSeeds('4..5'),
    until: '9s',
  });
  expect(request.count).toBe(4);
  expect([...request.jobs()].map((job) => job.request.replayArguments)).toEqual([
    'run short-queue --profile v6.7 --seed 4 --until 9s',
    'run short-queue --policy throttle=skip-kswapd --seed 4 --until 9s',
    'run short-queue --profile v6.7 --seed 5 --until 9s',
    'run short-queue --policy throttle=skip-kswapd --seed 5 --until 9s',
  ]);
});

interface Swept {
  readonly runs: readonly { readonly seed: number; readonly policy: string; readonly digest: string }[];
  readonly policies: readonly { readonly outcomes: object; readonly findings: readonly object[] }[];
  readonly digest: string;
}

const TIMEOUT = { timeout: 120_000 };

test('one worker, two workers and single runs give the same digests, in the order of the seeds', TIMEOUT, async () => {
  const words = 'seed-deadlock --seeds 1..6 --until 4s --candidate v6.1 --candidate throttle=skip-kswapd --json';
  const [one, two] = [await sweep(`${words} --jobs 1`), await sweep(`${words} --jobs 2`)];
  const [alone, shared] = [one, two].map(({ out }) => JSON.parse(out) as Swept);
  expect([one.code, two.code]).toEqual([2, 2]);
  expect(alone?.runs).toEqual(shared?.runs);
  expect(alone?.policies).toEqual(shared?.policies);
  expect(alone?.digest).toBe(shared?.digest);
  expect(alone?.runs.map(({ seed, policy }) => `${seed} ${policy}`)).toEqual(
    [1, 2, 3, 4, 5, 6].flatMap((seed) => [`${seed} v6.1`, `${seed} throttle=skip-kswapd`]),
  );
  expect(alone?.policies[0]?.outcomes).toEqual({ deadlock: 6 });
  expect(alone?.policies[1]).toMatchObject({ outcomes: { completed: 6 }, findings: [] });
  for (const { seed, policy, digest } of alone?.runs.slice(0, 4) ?? []) {
    const how = policy === 'v6.1' ? [] : ['--policy', policy];
    const single = await dragonInProcess(
      ['run', 'seed-deadlock', '--seed', String(seed), '--until', '4s', '--json'].concat(how),
    );
    expect(digest).toBe((JSON.parse(single.out) as { digest: string }).digest);
  }
});

test('what 100 seeds find, in 80 columns, with the replay of the first', TIMEOUT, async () => {
  const { code, out, err } = await sweep('seed-deadlock --seeds 1..100');
  // A slow machine says every 10 s how far it is.
  expect([code, err.replaceAll(/^\d+ of 100 runs .*\n/gm, '')]).toEqual([2, '']);
  const lines = out.trimEnd().split('\n');
  expect(lines.slice(0, 7)).toEqual([
    'seed-deadlock, v6.1; 4 CPUs, seeds 1..100, up to 300s each',
    '',
    '  deadlock  100 runs',
    '',
    'deadlock: 100 seeds, first seed 1, at 2.220882078 s',
    '  inodegc/0 > AGI 0 > repair/0 > shrinker_rwsem (W) > kswapd/0 > gc[0].work',
    '  The first again: npx dragon run seed-deadlock --seed 1',
  ]);
  expect(lines.at(-1)).toMatch(/^100 runs in [\d.]+ s: [\d.]+ runs\/s on \d+ threads?(?:, [\d.]+ on each)?$/);
  expect(lines.every((line) => line.length <= 80)).toBe(true);
});
