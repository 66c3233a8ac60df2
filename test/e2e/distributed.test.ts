/** Distributed runs: real processes and a real server give the digest of one process, or one line that says why not. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { addressToEnvironment } from '../../packages/federation/src/index.ts';
import { digestIn, dragon, newFolder } from './dragon-process.ts';

const TIMEOUT = { timeout: 120_000 };

test('two processes and a private server give the digest and the trace of one process', TIMEOUT, async () => {
  const folder = newFolder();
  const trace = join(folder, 'two.trace');
  const [two, one] = await Promise.all([
    dragon(['run', 'seed-deadlock', '--seed', '3', '--processes', '2', '--stats', '--trace', trace]),
    dragon(['run', 'seed-deadlock', '--seed', '3', '--json']),
  ]);
  expect([two.code, two.err, one.code, one.err]).toEqual([2, '', 2, '']);
  expect(two.out).toMatch(
    /^seed-deadlock, profile v6\.1, 4 CPUs, seed 3, in 2\s+processes\s+over\s+NATS\s+\(the\s+same\s+digest\s[^)]+\)\n\nDEADLOCK: /,
  );
  const { digest, processes } = JSON.parse(one.out) as { digest: string; processes: number };
  expect([digest, processes]).toEqual([digestIn(two.out), 1]);
  expect(two.out).toMatch(/^Statistics of the federation:\n {2}[\d,]+ rounds, [\d.]+ an event, with [\d.]+ federates/m);
  expect(two.out.split('\n').filter((line) => /^ {2}(?:all|host-[12]|coordinator) .* \d+ %$/.test(line))).toHaveLength(
    4,
  );
  expect((await dragon(['replay', trace])).code).toBe(0);
  rmSync(folder, { recursive: true });
});

test(
  'memory, CPUs and queues in processes of their own: the digest of one process, and its replay',
  TIMEOUT,
  async () => {
    const folder = newFolder();
    const trace = join(folder, 'burst.trace');
    const words = ['run', 'burst', '--cpus', '2', '--until', '1s', '--seed', '4'];
    const [many, one] = await Promise.all([
      dragon([...words, '--distributed', '--trace', trace]),
      dragon([...words, '--json']),
    ]);
    expect([many.code, many.err, one.code, one.err]).toEqual([0, '', 0, '']);
    expect(many.out).toMatch(/, in\s1\d\s+processes\s+over\s+NATS\s+\(the\s+same\s+digest\s[^)]+\)\n/);
    const summary = JSON.parse(one.out) as { digest: string; outcome: string; oomKills: unknown[] };
    expect(summary).toMatchObject({ outcome: 'completed', oomKills: [], digest: digestIn(many.out) });
    const replayed = await dragon(['replay', trace]);
    expect([replayed.code, digestIn(replayed.out)]).toEqual([0, summary.digest]);
    rmSync(folder, { recursive: true });
  },
);

test(
  'a process for each of dozens of agents, more than start at a time: the digest of one process',
  TIMEOUT,
  async () => {
    const words = ['run', 'seed-deadlock', '--cpus', '8', '--json'];
    const [one, many] = [await dragon(words), await dragon([...words, '--distributed', '--stats'])];
    expect([one.code, many.code, many.err]).toEqual([2, 2, '']);
    const [alone, shared] = [one, many].map(
      ({ out }) => JSON.parse(out) as { digest: string; processes: number; longWaits: unknown[] },
    );
    expect(shared?.digest).toBe(alone?.digest);
    expect(shared?.longWaits).toEqual(alone?.longWaits);
    expect(shared?.longWaits).toContainEqual(
      expect.objectContaining({ kind: 'resource', text: 'for the AGI of AG 0' }),
    );
    expect(shared?.processes).toBeGreaterThan(40);
    expect(shared).toMatchObject({ stats: { all: { agents: shared?.processes } } });
  },
);

const KEY = 'whoever has this key may look';

test('a server that is there is used, its credentials are not shown', TIMEOUT, async () => {
  const address = inject('natsAddress');
  const url = address.token === undefined ? address.url : address.url.replace('://', `://${address.token}@`);
  const args = ['run', 'seed-drop-caches', '--processes', '2'];
  const [byOption, byEnvironment] = await Promise.all([
    dragon([...args, '--nats', url], { DRAGON_RUN_KEY: KEY }),
    dragon([...args, '--json'], addressToEnvironment(address)),
  ]);
  expect([byOption.code, byEnvironment.code, byEnvironment.err]).toEqual([2, 2, '']);
  expect(byOption.err).toMatch(
    /^dragon: to look at the run meanwhile: npx dragon inspect --nats nats:\S+:\d+ --run run-[0-9a-f]{12}\n$/,
  );
  expect(byOption.out).toMatch(
    /, in\s2\s+processes\s+over\s+NATS\s+at\s+nats:\/\/(?:\*\*\*@)?127\.0\.0\.1:\d+\s+\(the\s+same\s+digest\s[^)]+\)\n/,
  );
  for (const secret of [address.token ?? KEY, KEY]) expect(byOption.out + byOption.err).not.toContain(secret);
  const summary = JSON.parse(byEnvironment.out) as { digest: string; processes: number };
  expect(summary).toMatchObject({ digest: digestIn(byOption.out), processes: 2, outcome: 'deadlock' });
});

test('a server that is not there', TIMEOUT, async () => {
  const nobody = 'nats://dragon:secret@127.0.0.1:9';
  const [option, environment, noServer, noUrl] = await Promise.all([
    dragon(['run', 'seed-deadlock', '--nats', nobody, '--json']),
    dragon(['run', 'seed-deadlock', '--distributed', '--json'], { NATS_URL: nobody }),
    dragon(['run', 'seed-deadlock', '--distributed', '--json'], { NATS_SERVER_BIN: '/nowhere/nats-server' }),
    dragon(['run', 'seed-deadlock', '--nats', 'http://127.0.0.1', '--json']),
  ]);
  for (const { code, out, err } of [option, environment, noServer])
    expect([code, out, err.split('\n').length]).toEqual([1, '', 2]);
  const line = 'dragon: no NATS server at nats://***@127.0.0.1:9 (connection refused): ';
  expect([option.err.slice(0, line.length), environment.err.slice(0, line.length)]).toEqual([line, line]);
  expect(noServer.err).toMatch(/^dragon: NATS_SERVER_BIN is \/nowhere\/nats-server, which is not a program: /);
  expect([noUrl.code, noUrl.out]).toEqual([64, '']);
  expect(noUrl.err).toMatch(/^dragon: --nats: http:\/\/127\.0\.0\.1 is no address of a NATS server: .*\nusage: .*\n$/);
});
