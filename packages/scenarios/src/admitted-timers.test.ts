/** The table of what rules may do to timers, against the charts: it has each of their timers, and no other. */
import { ADMISSIONS } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { DEFINITIONS } from './definitions.ts';

test('every timer of every chart has its row, and no row is without a timer', () => {
  const causes = [...DEFINITIONS.values()].flatMap(({ chart }) =>
    (chart?.nodes ?? []).flatMap(({ edges }) => edges.map(({ by }) => by)),
  );
  const timers = causes.flatMap((by) => (by.startsWith('after ') ? [by.slice('after '.length)] : []));
  expect([...new Set(timers)].sort()).toEqual(Object.keys(ADMISSIONS.timers));
});
