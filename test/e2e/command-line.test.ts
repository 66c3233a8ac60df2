/** The command as a shell sees it: what it prints where, and its exit codes. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dragon, ROOT } from './dragon-process.ts';

const TIMEOUT = { timeout: 60_000 };

test('list, for people and for programs', TIMEOUT, async () => {
  const [text, json] = await Promise.all([dragon(['list']), dragon(['list', '--json'])]);
  expect([text.code, text.err, json.code, json.err]).toEqual([0, '', 0, '']);
  const { scenarios } = JSON.parse(json.out) as { scenarios: { name: string }[] };
  expect(scenarios.map(({ name }) => name)).toContain('seed-deadlock');
  for (const { name } of scenarios) expect(text.out).toContain(name);
});

test('a run that finds a deadlock exits with 2, one that completes with 0', TIMEOUT, async () => {
  const [found, cured] = await Promise.all([
    dragon(['run', 'seed-deadlock']),
    dragon(['run', 'seed-deadlock', '--policy', 'throttle=skip-kswapd', '--until', '10s']),
  ]);
  expect([found.code, found.err, cured.code, cured.err]).toEqual([2, '', 0, '']);
  expect(found.out).toMatch(/^seed-deadlock, profile v6\.1, 4 CPUs, seed 1, in one process\n\nDEADLOCK at /);
  expect(found.out).toMatch(/\nINFO: task kswapd0:71 blocked for /);
  expect(found.out).toMatch(/\nThe same run again: npx dragon run seed-deadlock --seed 1\n$/);
  expect(cured.out).toMatch(/^Outcome: completed, at 10\.000000000 s of virtual time; \d+ events; digest \w{16}; 1 /m);
  // Neither of them has a terminal.
  expect(found.out + cured.out).not.toContain('\u001b');
});

test('bad usage exits with 64 and says so on standard error only', TIMEOUT, async () => {
  const [run, command] = await Promise.all([dragon(['run', 'seed-deadlok', '--json']), dragon(['rnu'])]);
  expect([run.code, run.out, command.code, command.out]).toEqual([64, '', 64, '']);
  expect(run.err).toMatch(
    /^dragon: unknown scenario 'seed-deadlok'; did you mean seed-deadlock\?.*\nusage: dragon run .*\n$/,
  );
  expect(command.err).toMatch(/^dragon: unknown command 'rnu'; did you mean run\?.*\nusage: dragon .*\n$/);
});

test('doctor finds what the other tests run on', TIMEOUT, async () => {
  const { code, out, err } = await dragon(['doctor']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^ok +node +\d+\.\d+\.\d+$/m);
  expect(out).toMatch(/^ok +xstate +5\./m);
  expect(out).toMatch(/^ok +nats-server +v2\.\S+, starts in \d+ ms \(.*\)$/m);
});

test('doctor says what is missing', TIMEOUT, async () => {
  const { code, out } = await dragon(['doctor'], { NATS_SERVER_BIN: '/nowhere/nats-server' });
  expect(code).toBe(1);
  expect(out).toMatch(/^missing +nats-server +NATS_SERVER_BIN is \/nowhere\/nats-server, which is not a program: /m);
});

test('the installed command is the same, and a reader may close its end', TIMEOUT, () => {
  const bin = join(ROOT, 'node_modules', '.bin', 'dragon');
  const { stdout, status } = spawnSync('sh', ['-c', `"${bin}" --version; "${bin}" list | head -n 1`], {
    encoding: 'utf8',
  });
  expect([stdout, status]).toEqual(['sleeping-dragon 0.0.0\nScenarios (dragon run SCENARIO)\n', 0]);
});
