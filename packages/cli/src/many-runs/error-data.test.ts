/** An error that has travelled between threads is explained as one that has not. */
import { AgentFault } from '@dragon/engine';
import { SettingError } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { explainFailure } from '../failure.ts';
import { errorFromData, errorToData } from './error-data.ts';

const context = { usage: 'usage: dragon', replay: 'npx dragon run short-queue --seed 7' };
const event = { at: 12, to: 'kswapd/0', from: 'memory/0', seq: 3, message: { type: 'kswapd.wake' } };

test.each([
  [new AgentFault(7, 'kswapd/0', event, new Error('no answer')), 70],
  [new AgentFault(7, 'kswapd/0', undefined, 'no reason'), 70],
  [new SettingError('cpus', 'too many'), 64],
  [new TypeError('x is undefined'), 70],
  ['just a text', 70],
])('%s', (error, exitCode) => {
  const explained = explainFailure(errorFromData(structuredClone(errorToData(error))), context);
  const expected = explainFailure(error, context);
  expect(explained.exitCode).toBe(exitCode);
  // A text has no stack, and gets that of the place where it became an error.
  const lines = typeof error === 'string' ? 0 : expected.lines.length;
  expect(explained.lines.slice(0, lines)).toEqual(expected.lines.slice(0, lines));
});
