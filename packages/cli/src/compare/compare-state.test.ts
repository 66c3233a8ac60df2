/**
 * The file of finished runs: what a killed process leaves is used as far as it is whole, and nothing of another
 * comparison ever is.
 */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunMeasures } from '@dragon/compare';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CompareState } from './compare-state.ts';

const ORIGIN = { scenario: 'short-queue', untilNs: 300, model: 'abc' };

const measures = (seed: number): RunMeasures => {
  const stalls = { samples: { counts: [seed, 1], min: seed, max: seed }, unfinished: 0 };
  return {
    deadlockAt: null,
    oom: null,
    kswapdStalls: stalls,
    allocStalls: stalls,
    waits: { statfs: stalls },
    pressure: null,
    inactivated: null,
    boot: { kill: null, kswapdCpuChanges: 0, kswapdQueued: 0, touched: {} },
    endedAt: 300,
    events: seed,
    digest: 'd',
  };
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was added is there the next time', () => {
  const path = join(folder, 'new', 'runs.jsonl');
  const state = new CompareState(path, ORIGIN);
  state.add('a', measures(1));
  state.add('b', measures(2));
  const again = new CompareState(path, ORIGIN);
  expect([again.get('a'), again.get('b'), again.get('c')]).toEqual([measures(1), measures(2), undefined]);
  expect(again.damaged).toBe(0);
});

test('a last line that breaks off is passed over, and what comes after it is whole', () => {
  const path = join(folder, 'runs.jsonl');
  const state = new CompareState(path, ORIGIN);
  state.add('a', measures(1));
  state.add('b', measures(2));
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20));
  const again = new CompareState(path, ORIGIN);
  expect([again.get('a'), again.get('b'), again.damaged]).toEqual([measures(1), undefined, 1]);
  again.add('b', measures(2));
  const third = new CompareState(path, ORIGIN);
  expect([third.get('a'), third.get('b'), third.damaged]).toEqual([measures(1), measures(2), 1]);
});

test('a head that breaks off is a file of something else', () => {
  const path = join(folder, 'runs.jsonl');
  const state = new CompareState(path, ORIGIN);
  expect(state.get('a')).toBeUndefined();
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 10));
  expect(() => new CompareState(path, ORIGIN)).toThrow(`${path} is not a file of dragon compare: give another --state`);
});

test('lines that are JSON but no runs are passed over', () => {
  const path = join(folder, 'runs.jsonl');
  new CompareState(path, ORIGIN).add('a', measures(1));
  appendFileSync(path, '1\nnull\n{"run":"b"}\n{"run":"c","measures":null}\n{"run":7,"measures":{"kswapdStalls":1}}\n');
  const state = new CompareState(path, ORIGIN);
  expect([state.damaged, state.get('a')]).toEqual([5, measures(1)]);
});

test.each([
  [{ ...ORIGIN, scenario: 'big-cache' }, 'holds runs of another scenario, short-queue'],
  [{ ...ORIGIN, untilNs: 301 }, 'holds runs of another length'],
  [{ ...ORIGIN, model: 'abd' }, 'holds runs of another version of the program'],
])('runs of something else are refused: %o', (origin, why) => {
  const path = join(folder, 'runs.jsonl');
  new CompareState(path, ORIGIN).add('a', measures(1));
  expect(() => new CompareState(path, origin)).toThrow(`${path} ${why}: give another --state, or remove it`);
});

test('a file that cannot be used is one line', () => {
  const path = join(folder, 'a folder');
  mkdirSync(path);
  expect(() => new CompareState(path, ORIGIN)).toThrow(`${path} cannot be read: it is a folder`);
});
