/**
 * Processes on hosts of a network of their own, whose cables are taken out and put in again in the middle of a run: the
 * digest is that of one process. Where network namespaces are forbidden, DRAGON_TEST_NAMESPACES=skip leaves this out.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledPrograms } from '../../packages/cli/src/bundle/bundled-programs.ts';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { digestIn, until } from '../e2e/dragon-process.ts';
import { BRIDGE, NetworkLab } from './network-lab.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** Longer than it takes TCP to send again, and the federation to ask again. */
const OUTAGE_MS = 600;
const isSkipped = process.env['DRAGON_TEST_NAMESPACES'] === 'skip';

describe.skipIf(isSkipped)('in network namespaces (DRAGON_TEST_NAMESPACES=skip leaves them out)', () => {
  let lab: NetworkLab;
  let server: ServerProcess;
  let programNamed: Awaited<ReturnType<typeof bundledPrograms>>;
  let runs = 0;

  beforeAll(async () => {
    programNamed = await bundledPrograms();
    lab = await NetworkLab.open('first', 'second', 'third');
    server = await startServer([], { listen: `${BRIDGE}:-1`, inside: lab.at() });
  });

  afterAll(async () => {
    await server.stop();
    await lab.close();
  });

  /** Starts a program of this project on a host; resolves with its exit code and what it said. */
  function started(host: string, program: string, run: string) {
    const [enter, ...words] = lab.at(host);
    const env = {
      ...process.env,
      DRAGON_NATS_URL: `nats://${BRIDGE}:${server.port}`,
      DRAGON_RUN: run,
      DRAGON_SCENARIO: 'seed-deadlock',
      DRAGON_SETTLE: '200ms',
      // It ends with us.
      DRAGON_STDIN_GUARD: '1',
    };
    const child = spawn(enter, [...words, process.execPath, programNamed(program).path], { env });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    return once(child, 'close').then(([code]) => ({ code: code as number, out, err }));
  }

  /** Starts a coordinator and two federates, each on its own host, and returns when they are in the middle of a run. */
  async function inTheMiddle() {
    const run = `namespaces-${(runs += 1)}`;
    const before = lab.packetsFrom('third');
    const federates = [started('second', 'host-main', run), started('third', 'host-main', run)];
    const coordinator = started('first', 'coordinator-main', run);
    await until(() => (lab.packetsFrom('third') - before > 150 ? true : undefined));
    return { coordinator, federates };
  }

  test('a cable that is out for a while, and one-way loss, change nothing', { timeout: 120_000 }, async () => {
    const { coordinator, federates } = await inTheMiddle();
    lab.plug('third', false);
    await sleep(OUTAGE_MS);
    // One trouble begins before the other ends: nobody can come to the end of the run in between.
    lab.deafen('second', true);
    lab.plug('third', true);
    await sleep(OUTAGE_MS);
    lab.deafen('second', false);
    const { code, out, err } = await coordinator;
    const ends = await Promise.all(federates);
    const alone = await dragonInProcess(['run', 'seed-deadlock']);
    expect([code, err, digestIn(out)]).toEqual([2, '', digestIn(alone.out)]);
    expect(ends.map((end) => [end.code, end.err])).toEqual([
      [0, ''],
      [0, ''],
    ]);
  });
});
