/** Variables of a search for edges: what each factor comes to, and what a run is told for it. */
import { scenarioNamed, SCENARIOS, SettingError } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { edgeVariables, hasPlan } from './edge-variables.ts';

const CONSTANTS = ['evictInode', 'logForce'];
const always = () => true;

test('values are multiples of the usual ones, of what was set where something was', () => {
  const { variables, notVaried } = edgeVariables('big-cache', [4], { inodes: 1_000 }, CONSTANTS, always);
  const text = (name: string, factor: number) => variables.find((each) => each.name === name)?.textOf(factor);
  expect([text('inodes', 1), text('inodes', 0.25), text('inodes', 1.23456)]).toEqual(['1000', '250', '1230']);
  expect(text('logForce', 0.123456)).toBe('x0.123');
  expect(variables.find(({ name }) => name === 'inodes')?.change(2, 4)).toEqual({ set: ['inodes=2000'] });
  expect(variables.at(-1)?.change(2, 4)).toEqual({ scaled: { constant: 'logForce', factor: 2 } });
  for (const name of notVaried) expect(text(name, 1)).toBeUndefined();
});

test('a range ends at the bounds of its parameter, and where no run can be made any more', () => {
  const few = (factor: number) => factor >= 0.4 && factor <= 3;
  const inodes = (canRun: () => boolean, set = {}) =>
    edgeVariables('big-cache', [4], set, [], canRun).variables.find(({ name }) => name === 'inodes');
  expect(inodes(always, { inodes: 1_000_000 })).toMatchObject({ least: 0.25, most: 2 });
  const { variables } = edgeVariables('big-cache', [4], { inodes: 1_000 }, [], ({ set = [] }) =>
    few(Number(set[0]?.replace('inodes=', '')) / 1_000 || 1),
  );
  const cut = variables.find(({ name }) => name === 'inodes');
  expect(few(cut?.least ?? 0) && few(cut?.most ?? 9)).toBe(true);
  expect([cut?.least, cut?.most].map((end) => Math.round(10 * Math.abs(Math.log2(end ?? 1))))).toEqual([12, 15]);
});

describe.each(SCENARIOS.map(({ name, minCpus }) => [name, minCpus] as const))('%s', (name, cpus) => {
  test('every value can be set', () => {
    const { variables } = edgeVariables(name, [cpus], {}, [], always);
    const parameters = scenarioNamed(name).parameters?.(cpus) ?? [];
    for (const { name: key, least, most, textOf } of variables) {
      expect(least <= 1 && most >= 1).toBe(true);
      expect(parameters.map((each) => each.key)).toContain(key);
      for (const factor of [least, 0.777, 1, 1.333, most]) expect(textOf(factor)).not.toMatch(/NaN|-|^$/);
    }
  });
});

test('what leaves no room is no plan; what is wrong otherwise is no answer', () => {
  const thrower = (error: Error) => () => {
    throw error;
  };
  expect([hasPlan(always), hasPlan(thrower(new SettingError('set', 'no room')))]).toEqual([true, false]);
  expect(() => hasPlan(thrower(new Error('other')))).toThrow('other');
});
