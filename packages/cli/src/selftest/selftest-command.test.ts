/** The self-test as a command: what it tells, how it ends, and that what is wrong is told with how to try it again. */
import { expect, test } from 'vitest';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';
import { terminalOf } from '../terminal.ts';
import { selftestCommand } from './selftest-command.ts';
import type { PartReport, PartRequest } from './selftest-part.ts';

/** What the command prints and returns, of one part that reports this. */
async function told(report: Partial<PartReport>, options: { readonly json?: true } = {}, signal?: AbortSignal) {
  let out = '';
  const asked: PartRequest[] = [];
  const part = {
    name: 'a-part',
    about: 'tries something',
    run: (request: PartRequest) => {
      asked.push(request);
      return Promise.resolve({ counts: { things: 1_200 }, failures: [], troubles: [], ...report });
    },
  };
  const terminal = terminalOf({}, { write: (text) => void (out += String(text)) }, { write: () => true });
  const context = { terminal, env: {}, signal: signal ?? new AbortController().signal, replay: undefined };
  const code = await selftestCommand({ seed: 7, ...options }, context, [part, { ...part, name: 'b-part' }]).catch(
    (error: unknown) => String(error),
  );
  return { code, out, asked };
}

test('all right: what was tried', async () => {
  const { code, out, asked } = await told({});
  expect(code).toBe(0);
  expect(out).toContain('Self-test with seed 7\n');
  expect(out).toContain('  things 1,200\n');
  expect(out).toContain('All that was tried is right\n');
  expect(asked).toHaveLength(2);
  expect(asked[0]?.until).toBeLessThan(performance.now() + 31_000);
});

test('something wrong: what, and the command that tries it again', async () => {
  const failures = [{ what: 'two digests', only: '17' }];
  const { code, out } = await told({ failures });
  expect(code).toBe(70);
  expect(out).toContain('  WRONG: two digests\n  Again: dragon selftest --seed 7 --only a-part/17\n');
  expect(out).toContain('2 promises were broken: this is a bug\n');
  expect(JSON.parse((await told({ failures }, { json: true })).out)).toMatchObject({
    seed: 7,
    parts: [{ failures: [{ what: 'two digests', again: 'dragon selftest --seed 7 --only a-part/17' }] }, {}],
  });
});

test('something that cannot be tried here, and a Ctrl-C', async () => {
  const { code, out } = await told({ troubles: ['there is no nats-server'] });
  expect(code).toBe(1);
  expect(out).toContain('not tried: there is no nats-server');
  const stopped = await told({}, {}, AbortSignal.abort(new Error('stopped by SIGINT')));
  expect(stopped.code).toContain('stopped by SIGINT');
  expect(stopped.asked).toHaveLength(1);
});

test('runs in several ways, and inputs in threads of their own', async () => {
  const digests = await dragonInProcess(['selftest', '--only', 'digests/2', '--seed', '1'], {
    DRAGON_NATS_URL: 'nats://127.0.0.1:1',
  });
  expect(digests.out).toContain('runs 1, stepped by XState itself 1, gone on with from a snapshot 1');
  expect([0, 1]).toContain(digests.code);
  const fuzz = await dragonInProcess(['selftest', '--only', 'fuzz/latency', '--cases', '3', '--seed', '1']);
  expect(fuzz.out).toContain('  latency 3\n');
  expect(fuzz.code).toBe(0);
  const nosuch = await dragonInProcess(['selftest', '--only', 'fuz']);
  expect(nosuch.code).toBe(64);
  expect(nosuch.err).toContain("unknown part of the self-test 'fuz'; did you mean fuzz?");
});

test('a run of which a process is killed', { timeout: 120_000 }, async () => {
  const kills = await dragonInProcess(['selftest', '--only', 'kills/30', '--seed', '1', '--json']);
  expect(JSON.parse(kills.out)).toMatchObject({
    parts: [{ counts: { runs: 1 }, failures: [], troubles: [] }],
  });
});
