/** Every kind of error has its exit code and its line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AgentFault } from '@dragon/engine';
import { FederationError } from '@dragon/federation';
import { TraceError } from '@dragon/report';
import { LatencyProfileError } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { BrokenPromise, explainFailure, OperationalError, UnwrittenOutput, UsageError } from './failure.ts';

const context = { usage: 'usage: dragon', replay: 'npx dragon run seed-deadlock --seed 7' };
const event = { at: 12, to: 'kswapd/0', from: 'memory/0', seq: 3, message: { type: 'kswapd.wake' } };

test('a bug in an agent: seed, event and the command that repeats it', () => {
  const fault = new AgentFault(7, 'kswapd/0', event, new Error('no answer'));
  const inOneProcess = explainFailure(fault, context);
  expect(inOneProcess).toEqual({
    exitCode: 70,
    lines: [
      'dragon: this is a bug in the model: agent kswapd/0 failed at (12, kswapd/0, memory/0, 3) kswapd.wake, seed 7: no answer',
      'To repeat it: npx dragon run seed-deadlock --seed 7',
    ],
  });
  const inMany = new FederationError('agent-fault', fault.message, {
    fault: { seed: 7, agent: 'kswapd/0', event },
  });
  expect(explainFailure(inMany, context)).toEqual(inOneProcess);
});

test('any other bug: its stack', () => {
  const { exitCode, lines } = explainFailure(new TypeError('x is undefined'), context);
  expect(exitCode).toBe(70);
  expect(lines[0]).toBe('dragon: this is a bug: TypeError: x is undefined');
  expect(lines[1]).toMatch(/^ +at .*failure\.test\.ts/);
  expect(lines.at(-1)).toBe('To repeat it: npx dragon run seed-deadlock --seed 7');
  expect(explainFailure(new BrokenPromise('digests differ'), { usage: '', replay: undefined })).toEqual({
    exitCode: 70,
    lines: ['dragon: this is a bug: digests differ'],
  });
});

test('the last words of a process name the sources', () => {
  const folder = mkdtempSync(join(tmpdir(), 'last-words-'));
  const program = join(folder, 'federate.mjs');
  writeFileSync(`${program}.map`, '{"version":3,"sources":["src/federate.ts"],"names":[],"mappings":"AAAA"}');
  const words = `federate b is lost: it exited with code 1\n    at main (${pathToFileURL(program).href}:1:1)`;
  const { lines } = explainFailure(new FederationError('lost-federate', words), context);
  rmSync(folder, { recursive: true });
  expect(lines[1]).toMatch(/at main \(\S*src\/federate\.ts:1:1\)$/);
});

test('what failed outside the model: one line that says what to do', () => {
  const lost = 'federate b is lost: its process 9 was killed by SIGKILL';
  expect(explainFailure(new FederationError('lost-federate', lost), context)).toEqual({
    exitCode: 1,
    lines: [`dragon: ${lost}: run the same command again; the result does not depend on it`],
  });
  const words = 'federate b is lost: its process 9 exited with code 1\nError: no memory\n  at main';
  expect(explainFailure(new FederationError('lost-federate', words), context).lines).toEqual([
    'dragon: federate b is lost: its process 9 exited with code 1: run the same command again; the result does not depend on it',
    '    Error: no memory',
    '      at main',
  ]);
  expect(
    explainFailure(new TraceError('truncated', 'a', 'a is truncated after 3 rows: there is no footer'), context),
  ).toEqual({
    exitCode: 1,
    lines: [
      'dragon: a is truncated after 3 rows: there is no footer: record it again with dragon run SCENARIO --trace FILE',
    ],
  });
  expect(explainFailure(new OperationalError('no'), context)).toEqual({ exitCode: 1, lines: ['dragon: no'] });
  expect(explainFailure(new LatencyProfileError('delays.ifree: no'), context)).toEqual({
    exitCode: 1,
    lines: ['dragon: delays.ifree: no'],
  });
});

test('output that could not be written: one line, with an exit code of its own', () => {
  const cause = Object.assign(new Error("ENOSPC: no space left on device, open '/mnt/run.trace'"), { code: 'ENOSPC' });
  const unwritten = {
    exitCode: 74,
    lines: ['dragon: /mnt/run.trace cannot be written: no space is left on its device'],
  };
  expect(explainFailure(new UnwrittenOutput('/mnt/run.trace', cause), context)).toEqual(unwritten);
  expect(explainFailure(TraceError.unwritable('/mnt/run.trace', cause), context)).toEqual(unwritten);
});

test('bad usage: one line and the usage line', () => {
  expect(explainFailure(new UsageError('what?'), context)).toEqual({
    exitCode: 64,
    lines: ['dragon: what?', 'usage: dragon'],
  });
});
