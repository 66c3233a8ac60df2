/** Tests of `dragon inspect` and `run --inspect`: what is meant is told by looking; the page is there until Ctrl-C. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressToEnvironment } from '@dragon/federation';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CommandContext } from '../command-context.ts';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';
import { runProgram } from '../program.ts';
import { terminalOf } from '../terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-inspect-'));
const trace = join(folder, 'run.trace');
const log = fileURLToPath(new URL('../../../../test/kernel-logs/mail-deadlock.txt', import.meta.url));

beforeAll(() => dragonInProcess(['run', 'seed-deadlock', '--trace', trace]));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts the command, calls `look` with the page's address as soon as it is said, then does what Ctrl-C does. */
async function inspected(
  words: readonly string[],
  look: (address: URL) => Promise<void>,
  env: CommandContext['env'] = {},
) {
  const stop = new AbortController();
  const ctrlC = new Error('Ctrl-C');
  let [out, err] = ['', ''];
  let said = () => {};
  const stream = (keep: (text: string) => void) => ({
    write(text: string | Uint8Array) {
      keep(String(text));
      said();
    },
  });
  const terminal = terminalOf(
    {},
    stream((text) => (out += text)),
    stream((text) => (err += text)),
  );
  const context: CommandContext = { terminal, env, signal: stop.signal, replay: undefined };
  const end = runProgram(words, context).catch((error: unknown) =>
    error === ctrlC ? 'Ctrl-C' : Promise.reject(error),
  );
  const address = await new Promise<URL>((resolve, reject) => {
    said = () => {
      const [, text] = /Inspector: (\S+)\n/.exec(out + err) ?? [];
      if (text !== undefined) resolve(new URL(text));
    };
    end.then(() => reject(new Error(`it ended: ${out}${err}`)), reject);
  });
  await look(address);
  // A run comes to its end first.
  while (!err.includes('until Ctrl-C')) await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort(ctrlC);
  return { end: await end, out, err };
}

const pageAt = async (address: URL) => (await fetch(address)).text();
const lookAtPage = async (address: URL) => expect(await pageAt(address)).toContain('<title>sleeping-dragon inspector');

test('without an argument, the page asks', async () => {
  const { end, out } = await inspected(['inspect'], lookAtPage);
  expect([end, out]).toEqual([
    'Ctrl-C',
    expect.stringMatching(/^Inspector: http:\/\/127\.0\.0\.1:\d+\/\?token=\S{22}\n$/),
  ]);
});

test('the browser is given a ticket, as the words of a program are seen by others', async () => {
  const words = join(folder, 'words');
  writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\necho "$*" > ${words}.part; mv ${words}.part ${words}\n`, {
    mode: 0o755,
  });
  const env = { DISPLAY: ':0', PATH: `${folder}:${process.env['PATH']}` };
  const look = async (printed: URL) => {
    await expect.poll(() => existsSync(words)).toBe(true);
    const opened = readFileSync(words, 'utf8').trim();
    const token = printed.searchParams.get('token') ?? '';
    const { searchParams, hash } = new URL(opened);
    expect([opened.includes(token), [...searchParams.keys()], hash]).toEqual([false, ['ticket'], '#t=7&s=waits']);
  };
  await inspected(['inspect', trace, '#t=7&s=waits'], look, env);
});

test('a scenario is run, and reported as a run is; the page stays', async () => {
  const options = ['--seed', '1', '--no-open'];
  const { end, out, err } = await inspected(['inspect', 'seed-deadlock', ...options], lookAtPage);
  const plain = await dragonInProcess(['run', 'seed-deadlock', '--seed', '1']);
  const timeless = (text: string) => text.replace(/^Inspector: .*\n/m, '').replace(/, \d+\.\d s$/m, '');
  expect([end, timeless(out)]).toEqual([2, timeless(plain.out)]);
  expect(err).toMatch(/^dragon: the page stays until Ctrl-C: http:/);
});

test('with --json, the address stands on standard error', async () => {
  const { end, out, err } = await inspected(['run', 'seed-deadlock', '--json', '--inspect'], lookAtPage);
  expect([end, JSON.parse(out)]).toMatchObject([2, { digest: '03c7f7de3f9080ae' }]);
  expect(err).toMatch(/^Inspector: http/);
});

test('a distributed run has the inspector in a process of its own, which knows of it before it begins', async () => {
  const words = ['run', 'seed-deadlock', '--processes', '2', '--until', '100ms', '--inspect'];
  const { end, out } = await inspected(words, lookAtPage, addressToEnvironment(inject('natsAddress')));
  expect([end, out]).toEqual([0, expect.stringContaining('Outcome: completed')]);
});

test('a trace is read from the page by ranges of bytes; a fragment says where to look', async () => {
  const { end, out } = await inspected(['inspect', trace, '#t=2220882078'], async (address) => {
    expect(address.hash).toBe('#t=2220882078');
    const ranged = await fetch(new URL('/trace', address), { headers: { range: 'bytes=0-9' } });
    expect([ranged.status, (await ranged.arrayBuffer()).byteLength]).toEqual([206, 10]);
  });
  expect([end, out.split('\n').length]).toEqual(['Ctrl-C', 2]);
});

test("a kernel's log is read here", async () => {
  expect((await inspected(['inspect', log], lookAtPage)).end).toBe('Ctrl-C');
});

test('a port can be chosen, and a taken one is said to be', async () => {
  const { out } = await inspected(['inspect', '--port', '0'], async (address) => {
    const taken = await dragonInProcess(['inspect', '--port', address.port]);
    expect([taken.code, taken.err]).toEqual([
      1,
      `dragon: the inspector: port ${address.port} is taken: give another one, or none for any that is free\n`,
    ]);
  });
  expect(out).toContain('Inspector');
});

writeFileSync(join(folder, 'notes.txt'), 'to buy: milk\n');

test.each([
  [['inspect', 'seed-deadlok'], 64, /'seed-deadlok' is neither a scenario nor a file; did you mean seed-deadlock\?/],
  [['inspect', 'zzz'], 64, /'zzz' is neither a scenario nor a file: dragon list/],
  [['inspect', 'a', '#b', 'c'], 64, /inspect takes at most 2 arguments/],
  [
    ['inspect', join(folder, 'notes.txt')],
    1,
    /notes\.txt is neither a trace of dragon run --trace nor a kernel's log: no line of it is one that a kernel prints/,
  ],
  [['inspect', folder], 1, /dragon-inspect-\w+ is a folder: name a trace or a log in it/],
  [['inspect', '/dev/null'], 1, /\/dev\/null is neither a trace of dragon run --trace nor a kernel's log: it is empty/],
  [['inspect', '--seed', '7'], 64, /--seed is for a run: name a scenario/],
  [['inspect', '--keep-going'], 64, /--keep-going is for a run/],
  [['inspect', '--no-recovery'], 64, /--no-recovery is for a run/],
  [['inspect', 'seed-deadlock', '--run', 'main'], 64, /--run is for attaching/],
  [['inspect', '--run', 'main'], 64, /which NATS server is the run at\? Give --nats URL/],
  [['inspect', '--nats-creds', 'none'], 64, /which NATS server is the run at\?/],
  [['inspect', '--nats', ''], 64, /--nats: '' is no address of a NATS server/],
  [['inspect', '--nats', 'nats://127.0.0.1:1'], 1, /no NATS server at nats:\/\/127\.0\.0\.1:1/],
  [['inspect', 'seed-deadlock', 'later'], 64, /'later' is no place in a run/],
  [['inspect', 'seed-deadlock', '#t=2s'], 64, /'#t=2s' is no place in a run: 't=2s' cannot be read: t is virtual time/],
  [
    ['inspect', 'seed-deadlock', '#fork=freez+at=1s'],
    64,
    /has a fault that is none: at column 1: unknown fault 'freez'/,
  ],
  [['inspect', '#t=3'], 64, /'#t=3' is a place in a run: say before it in which/],
  [['inspect', '--nats', 'nats://127.0.0.1:1', '#t=3'], 1, /give another address with --nats or in NATS_URL/],
  [['inspect', log, '#t=3'], 64, /a kernel's log is no run, and has no place like '#t=3'/],
  [['run', 'seed-deadlock', '--no-open'], 64, /--no-open is for the inspector: add --inspect/],
  [['run', 'seed-deadlock', '--speed', '2'], 64, /run has no --speed: dragon inspect has it; or did you mean --seed\?/],
  [['inspect', 'seed-deadlock', '--speed', 'fast'], 64, /--speed: 'fast' is not a speed/],
  [['run', 'seed-deadlock', '--inspect', '70000'], 64, /--port: '70000' is not a whole number from 0 to 65535/],
])('%o', async (words, code, message) => {
  const said = await dragonInProcess(words);
  expect([said.code, said.err]).toEqual([code, expect.stringMatching(message)]);
});
