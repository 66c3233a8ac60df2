/** Compiled charts against XState: whatever is drawn, all that shows of a walk is the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { walkOf, wildAgent, wildChart, wildWalk } from './wild-chart.fixture.ts';

test('random charts do what XState makes of them', () => {
  const seen = { charts: 0, steps: 0, reordered: 0, microsteps: 0 };
  fc.assert(
    fc.property(wildChart, wildWalk, (chart, walk) => {
      const agent = wildAgent(chart);
      fc.pre(agent !== undefined);
      expect(agent.notCompiled()).toBe(undefined);
      const course = walkOf(agent, walk);
      expect(course).toEqual(walkOf(agent.interpreted, walk));
      seen.charts += 1;
      seen.steps += course.length;
      for (const { saved, moves } of course) {
        if (typeof saved === 'string' && saved.includes('"order"')) seen.reordered += 1;
        if (Array.isArray(moves) && moves[0].taken.length > 2) seen.microsteps += 1;
      }
    }),
    { numRuns: 150 },
  );
  // Otherwise little has been tried.
  expect(seen.steps).toBeGreaterThan(500);
  expect(seen.reordered).toBeGreaterThan(20);
  expect(seen.microsteps).toBeGreaterThan(100);
});
