/** The tally of a hunt, and its report: the same for the same runs in any order, and with nothing unescaped. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChartTable } from './chart-table.ts';
import { coverageOf, edgeText } from './coverage.ts';
import { huntHtml } from './hunt-html.ts';
import { HuntTally } from './hunt-tally.ts';
import type { HuntedRun } from './hunted-run.ts';
import { NumberSet } from './number-set.ts';

const edge = (by: string, target: string) => ({ by, index: 0, target: [target], actions: [], reenter: false });
const node = (path: string, edges: readonly ReturnType<typeof edge>[]) =>
  ({ path, type: 'atomic', tags: [], entry: [], exit: [], edges }) as const;
const root = { path: '', type: 'compound', initial: 'on', tags: [], entry: [], exit: [], edges: [] } as const;

/** One kind with two states, and three transitions of which one can never be taken. */
const table = new ChartTable(
  { agents: [{ id: 'lamp/0', kind: 'lamp', params: null }] },
  new Map([
    [
      'lamp',
      {
        kind: 'lamp',
        chart: {
          id: 'lamp',
          nodes: [
            root,
            node('on', [edge('lamp.off', 'off')]),
            node('off', [edge('lamp.on', 'on'), edge('after <b>', 'on')]),
          ],
        },
        init: () => ({ state: null, effects: [] }),
        receive: () => ({ state: null, effects: [] }),
        describe: () => 'on',
        facts: () => ({}),
        save: () => null,
        restore: () => null,
        ruledOut: () => [{ source: 'off', by: 'lamp.on', index: 0, because: ['policy'] }],
      },
    ],
  ]),
);

function run(edges: readonly number[], line?: string): HuntedRun {
  const taken = new NumberSet(3);
  for (const each of edges) taken.add(each);
  return {
    outcome: line === undefined ? 'completed' : 'deadlock',
    endedAt: 9,
    events: 1,
    cut: false,
    digest: 'd',
    finding: line === undefined ? null : { line, at: 7 },
    edges: taken.text(),
    states: '01',
    chains: [],
  };
}

const RUNS = [run([]), run([0], 'a > b'), run([0]), run([], '<i>'), run([0], 'a > b')];

function tallied(order: readonly number[]): HuntTally {
  const tally = new HuntTally(table);
  for (const index of order) tally.add(index, RUNS[index] as HuntedRun);
  return tally;
}

const told = (tally: HuntTally) => ({
  outcomes: tally.outcomes(),
  findings: tally.findings(),
  curve: tally.curve(),
  coverage: coverageOf(table, tally),
});

test('any order tells the same', () => {
  const whole = told(tallied([0, 1, 2, 3, 4]));
  expect(whole.findings).toEqual([
    { outcome: 'deadlock', line: 'a > b', runs: 2, first: 1, at: 7 },
    { outcome: 'deadlock', line: '<i>', runs: 1, first: 3, at: 7 },
  ]);
  expect(whole.curve).toEqual([
    { runs: 1, findings: 0, edges: 0 },
    { runs: 2, findings: 1, edges: 1 },
    { runs: 4, findings: 2, edges: 1 },
    { runs: 5, findings: 2, edges: 1 },
  ]);
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
      expect(told(tallied(order))).toEqual(whole);
    }),
  );
});

test('what no run took is told, what none can take is only counted', () => {
  const [lamp] = coverageOf(table, tallied([0, 1]));
  expect(lamp).toMatchObject({ kind: 'lamp', states: 2, statesReached: 1, transitions: 2, taken: 1, ruledOut: 1 });
  expect(lamp?.missed.map(edgeText)).toEqual(['off: after <b> -> on']);
});

test('the report has every finding and every transition that no run took, escaped', () => {
  const tally = tallied([0, 1, 2, 3, 4]);
  const attempt = { index: 3, seed: 4, faults: [], rules: [], origin: { kind: 'mutant', of: 1 } } as const;
  const findings = tally
    .findings()
    .map((finding) => ({ ...finding, attempt, replay: 'dragon <run>', look: 'dragon look' }));
  const context = { heading: 'lamps', scenario: 'lamps', command: 'dragon chaos lamps', version: '1' };
  const page = huntHtml(table, tally, findings, context);
  expect(page).toContain('lamps: 2 findings in 5 runs');
  expect(page).toContain('<td>off</td><td>after &lt;b&gt;</td><td>on</td>');
  expect(page).toContain('dragon &lt;run&gt;');
  expect(page).not.toMatch(/<i>|<b>|<run>|undefined|NaN|\[object/);
});
