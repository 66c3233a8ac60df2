/** Each rule finds at least nine in ten of the errors that are planted in a real trace, one at a time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parsed } from '../recorded-traces.fixture.io.ts';
import { Conformance } from './conformance.ts';
import { PLANTED, type Planted } from './planted-errors.fixture.ts';
import { Draw, type Events, type Kind } from './planting.fixture.ts';
import type { Tally } from './tally.ts';

const PAGE = fileURLToPath(new URL('../../../../docs/conformance.md', import.meta.url));

/** Planted for each rule, and of each kind that it cannot find. */
const COUNT = 200;
const BLIND = 40;

type Result = { readonly kind: Kind; planted: number; found: number };

const excerpts = new Map<string, Events>();

function excerptOf(name: string): Events {
  let events = excerpts.get(name);
  if (events === undefined) {
    const file = fileURLToPath(new URL(`${name}.fixture.txt.gz`, import.meta.url));
    events = parsed(gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')).events;
    excerpts.set(name, events);
  }
  return events;
}

function tallyOf(rule: string, events: Events): Tally | undefined {
  const conformance = new Conformance();
  for (const event of events) conformance.event(event);
  return conformance.finish().find(({ name }) => name === rule);
}

/** Plants errors by turns of each kind, at places drawn from a fixed seed. */
function planted({ rule, excerpt, kinds }: Planted): readonly Result[] {
  const events = excerptOf(excerpt);
  const draw = new Draw(1);
  const plant = (result: Result, places: readonly number[]) => {
    for (let tries = 0; tries < 100; tries += 1) {
      const spoiled = result.kind.plant(events, draw.of(places) ?? 0, draw);
      if (spoiled === undefined) continue;
      result.planted += 1;
      if ((tallyOf(rule, spoiled)?.disagreements.length ?? 0) > 0) result.found += 1;
      return;
    }
    throw new Error(`${rule}: '${result.kind.name}' is no error anywhere in ${excerpt}`);
  };
  const placed = kinds.map((kind) => ({
    result: { kind, planted: 0, found: 0 },
    places: events.flatMap((event, i) => (kind.at(event, i, events) ? [i] : [])),
  }));
  const seeing = placed.filter(({ result }) => result.kind.blind === undefined);
  for (let n = 0; n < COUNT; n += 1) {
    const { result, places } = seeing[n % seeing.length] ?? {};
    if (result !== undefined && places !== undefined) plant(result, places);
  }
  for (const { result, places } of placed)
    if (result.kind.blind !== undefined) for (let n = 0; n < BLIND; n += 1) plant(result, places);
  return placed.map(({ result }) => result);
}

const results = new Map<string, readonly Result[]>();

test('there are errors for every rule', () => {
  expect(PLANTED.map(({ rule }) => rule)).toEqual(new Conformance().finish().map(({ name }) => name));
});

test.each(PLANTED)('$rule finds what is planted', { timeout: 60_000 }, (each) => {
  const { rule, excerpt } = each;
  expect(tallyOf(rule, excerptOf(excerpt))?.disagreements).toEqual([]);
  const found = planted(each);
  results.set(rule, found);
  const seeing = found.filter(({ kind }) => kind.blind === undefined);
  const sum = (count: (result: Result) => number) => seeing.reduce((total, result) => total + count(result), 0);
  expect(sum((result) => result.planted)).toBe(COUNT);
  expect(
    sum((result) => result.found),
    found.map(inWords).join(', '),
  ).toBeGreaterThanOrEqual(COUNT * 0.9);
});

const inWords = ({ kind, planted: count, found }: Result) => `${kind.name} ${found} of ${count}`;

test('the page shows the table', () => {
  const rows = PLANTED.flatMap(({ rule }) => {
    const found = results.get(rule) ?? [];
    const seeing = found.filter(({ kind }) => kind.blind === undefined);
    const sum = (count: (result: Result) => number) => seeing.reduce((total, result) => total + count(result), 0);
    return [
      `| ${rule} | ${sum((result) => result.planted)} | ${sum((result) => result.found)} | ${seeing.map(inWords).join('; ')} |`,
      ...found
        .filter(({ kind }) => kind.blind !== undefined)
        .map((result) => `| | ${result.planted} | ${result.found} | ${inWords(result)}: ${result.kind.blind} |`),
    ];
  });
  const table = ['| rule | planted | found | kinds |', '|---|---|---|---|', ...rows].join('\n');
  const page = readFileSync(PAGE, 'utf8');
  const [before = '', after = ''] = page.split(/<!-- table -->[\s\S]*<!-- end of table -->/);
  const now = `${before}<!-- table -->\n${table}\n<!-- end of table -->${after}`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(PAGE, now);
  else expect(page).toBe(now);
});
