/**
 * The fuzz of compiled charts, put to the test: the compiler is broken at each of its rules in turn, and the fuzz has
 * to find it.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type * as WildChart from './wild-chart.fixture.ts';

/** What is broken, in which file, what stands there and what is put in its place. */
const MUTANTS = [
  [
    'a node is asked though one in it answers',
    'compiled-chart',
    'if (!isChain && chosen.some(',
    'if (isChain && chosen.some(',
  ],
  ['only the first region is asked', 'compiled-chart', 'if (isChain) return;', 'return;'],
  [
    'guards of an event are not asked',
    'compiled-chart',
    'if (edge.guard !== undefined && !edge.guard(this.#args)) continue;\n      chosen.push',
    'chosen.push',
  ],
  [
    'a leaf goes on to its next eventless transition',
    'compiled-chart',
    'if (!chosen.includes(edge)) chosen.push(edge);\n        break;',
    'if (!chosen.includes(edge)) chosen.push(edge);',
  ],
  [
    'what was raised comes before eventless transitions',
    'compiled-chart',
    'if (mayGoOn && configuration.always.length > 0)',
    'if (mayGoOn && head === this.#queue.length && configuration.always.length > 0)',
  ],
  [
    'an assignment of what was there already ends the step',
    'compiled-chart',
    'mayGoOn = !isEventless || this.#hasAssigned ||',
    'mayGoOn = !isEventless ||',
  ],
  [
    'the last raised event is not the one that eventless actions see',
    'compiled-chart',
    '        this.#args.event = event;\n        ({ type } = event);',
    '        ({ type } = event);',
  ],
  [
    'the context of before is changed in place',
    'compiled-chart',
    'Object.assign(this.#shape.copy(args.context as Context), change)',
    'Object.assign(args.context as Context, change)',
  ],
  [
    'a key that is assigned for the first time is lost in the next copy',
    'compiled-chart',
    'if (!this.#shape.isOf(next)) this.#shape = this.#shapes.of(next);',
    '',
  ],
  [
    'a raised event is lost',
    'compiled-chart',
    "case 'raise':",
    "case 'raise':\n          break;\n        case 'never' as 'raise':",
  ],
  [
    'what a failed step had asked for is carried out by the next one',
    'compiled-chart',
    'if (this.#effects.length > 0) this.#effects = [];',
    '',
  ],
  [
    'what a failed step had raised comes up in the next one',
    'compiled-chart',
    'if (this.#queue.length > 0) this.#queue = [];',
    '',
  ],
  [
    'done events come first',
    'chart-tables',
    'for (; done < before; done += 1)',
    'for (; done < doneEvents.length; done += 1)',
  ],
  [
    'done events come last',
    'chart-tables',
    'for (; done < before; done += 1) actions.push(doneEvents[done] as CompiledAction);',
    '',
  ],
  [
    'configurations are told apart by their sets alone',
    'chart-tables',
    "const key = nodes.map(({ order }) => order).join(',');",
    "const key = nodes.map(({ order }) => order).toSorted((a, b) => a - b).join(',');",
  ],
  [
    'eventless transitions of the nodes around a leaf are left out',
    'chart-tables',
    'node !== undefined; node = node.parent)\n        chain',
    'node === leaf; node = node.parent)\n        chain',
  ],
  [
    'the order of entry is forgotten when a state is restored',
    'chart-tables',
    'withNodeOrder(snapshot, order)',
    'withNodeOrder(snapshot, undefined)',
  ],
  [
    'transitions taken together are mixed up',
    'chart-tables',
    "chosen.map(({ index }) => index).join(',');\n    let plan",
    'String(chosen[0]?.index);\n    let plan',
  ],
  [
    '`not` is left out',
    'compiled-action',
    '(args) => !parts.some((part) => part(args))',
    '(args) => parts.some((part) => part(args))',
  ],
] as const;

const HERE = import.meta.dirname;
/** Beside the sources, so that what they import is found. */
const folder = mkdtempSync(join(HERE, '..', '.mutants-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(MUTANTS)('%s', async (what, file, text, broken) => {
  const copy = join(folder, String(MUTANTS.findIndex(([name]) => name === what)));
  cpSync(HERE, copy, { recursive: true });
  for (const name of readdirSync(copy)) if (name.endsWith('.test.ts')) rmSync(join(copy, name));
  const path = join(copy, `${file}.ts`);
  const source = readFileSync(path, 'utf8');
  expect(source.split(text)).toHaveLength(2);
  writeFileSync(path, source.replace(text, broken));
  const { walkOf, wildAgent, wildChart, wildWalk } = (await import(
    join(copy, 'wild-chart.fixture.ts')
  )) as typeof WildChart;
  const property = fc.property(wildChart, wildWalk, (chart, walk) => {
    const agent = wildAgent(chart);
    fc.pre(agent !== undefined);
    expect(walkOf(agent, walk)).toEqual(walkOf(agent.interpreted, walk));
  });
  // Always the same charts, so that it does not depend on luck whether a mutant is met.
  expect(fc.check(property, { seed: 3, numRuns: 400, endOnFailure: true }).failed).toBe(true);
});
