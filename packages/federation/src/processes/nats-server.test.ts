/** A server is found or started, listens on the loopback for those who know its token, and leaves nothing behind. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { findNatsBinary } from './nats-binary.ts';
import { connectNats } from '../nats-link.ts';
import { openNatsServer, startNatsServer } from './nats-server.ts';

async function binary(): Promise<string> {
  const found = await findNatsBinary({ env: process.env, cacheFolder: inject('natsCacheFolder') });
  if (found.kind === 'not-found') throw new Error(found.advice);
  return found.path;
}

/** Returns the command line of a process as everybody on the machine can read it. */
function commandLine(pid: number | undefined): string {
  const file = `/proc/${pid}/cmdline`;
  if (existsSync(file)) return readFileSync(file, 'utf8').replaceAll('\0', ' ');
  return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
}

test('a private server starts, refuses strangers, and leaves nothing behind', async () => {
  const server = await startNatsServer({ binary: await binary() });
  expect(server.address.url).toMatch(/^nats:\/\/127\.0\.0\.1:\d+$/);
  const command = commandLine(server.pid);
  const [, folder = ''] = /-c (\S+)\/server\.conf/.exec(command) ?? [];
  expect(command).not.toContain(server.address.token);
  expect(statSync(join(folder, 'server.conf')).mode & 0o777).toBe(0o600);
  const link = await connectNats(server.address);
  await link.close();
  await expect(connectNats({ url: server.address.url })).rejects.toMatchObject({ code: 'no-server' });
  await server.stop();
  expect(() => process.kill(server.pid ?? 0, 0)).toThrow('ESRCH');
  expect(existsSync(folder)).toBe(false);
});

test('a server that is killed, or stopped, is started again where it was, with what it has stored', async () => {
  const told: string[] = [];
  const restarts: (() => void)[] = [];
  const onRestart = (text: string) => {
    told.push(text);
    restarts.shift()?.();
  };
  const server = await startNatsServer({ binary: await binary(), onRestart, silenceMs: 1_000 });
  const link = await connectNats(server.address);
  const store = await link.openStore('again');
  await store.put('key', new Uint8Array([1, 2, 3]));
  store.append(new Uint8Array([4]));
  const { pid: first } = server;
  for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
    const restarted = new Promise<void>((resolve) => restarts.push(resolve));
    process.kill(server.pid ?? Number.NaN, signal);
    await restarted;
    // What is asked while it is not there is answered when it is.
    await store.put(signal, new Uint8Array([5]));
    expect([...((await store.get('key')) ?? [])]).toEqual([1, 2, 3]);
  }
  const entries = (await store.entries()).map(([byte]) => byte);
  expect(new Set(entries)).toEqual(new Set([4]));
  expect(told[0]).toBe(`the NATS server (process ${first}) was killed by SIGKILL, and was started again`);
  expect(told[1]).toMatch(/^the NATS server \(process \d+\) did not answer, and was started again$/);
  await link.close();
  // One that is stopped while it is asked whether it is there has no answer, and is not waited for.
  process.kill(server.pid ?? Number.NaN, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await server.stop();
});

test('a port in use is named', async () => {
  const port = Number(new URL(inject('natsAddress').url).port);
  await expect(startNatsServer({ binary: await binary(), port })).rejects.toThrow(
    `port ${port} on 127.0.0.1 is in use: choose another, or none for a free one`,
  );
});

test('a program that is no server is named', async () => {
  await expect(startNatsServer({ binary: '/bin/true' })).rejects.toMatchObject({ code: 'no-server' });
});

test('NATS_URL is used, if somebody answers there', async () => {
  const { url, token } = inject('natsAddress');
  const cacheFolder = inject('natsCacheFolder');
  const server = await openNatsServer({ env: { NATS_URL: url, DRAGON_NATS_TOKEN: token }, cacheFolder });
  expect(server).toMatchObject({ address: { url, token }, pid: undefined });
  await expect(openNatsServer({ env: { NATS_URL: 'nats://me:secret@127.0.0.1:9' }, cacheFolder })).rejects.toThrow(
    'no NATS server at nats://***@127.0.0.1:9 (connection refused)',
  );
});

test('without a server and without a way to get one there is advice', async () => {
  const cacheFolder = join(mkdtempSync(join(tmpdir(), 'dragon-test-')), 'cache');
  const found = await findNatsBinary({ env: { PATH: '' }, cacheFolder, download: false });
  // A machine may have a server in one of the usual places.
  if (found.kind === 'not-found') expect(found.advice).toMatch(/^there is no nats-server on this machine: install/);
  await expect(findNatsBinary({ env: { NATS_SERVER_BIN: '/nowhere' }, cacheFolder })).rejects.toThrow(
    'NATS_SERVER_BIN is /nowhere, which is not a program',
  );
  rmSync(join(cacheFolder, '..'), { recursive: true });
});
