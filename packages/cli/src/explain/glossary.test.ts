/** The glossary in the docs is the one that `dragon explain` reads, and every word of it can be explained. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';
import { projectUrl } from '../project-paths.ts';
import { GLOSSARY } from './glossary.ts';

const PAGE = projectUrl('docs/glossary.md');

/** Names of the kernel are code. */
const shown = (term: string) =>
  term.includes('_') || term === 'shrinkerHits' || term === 'offCpu' ? `\`${term}\`` : term;

function glossaryPage(): string {
  const parts = GLOSSARY.map(({ title, entries }) => {
    const rows = entries.map(({ terms, meaning }) => `| ${terms.map(shown).join(', ')} | ${meaning} |`);
    return [`## ${title}`, '| term | meaning |', '|---|---|', ...rows, ''].join('\n');
  });
  return ['# Glossary', '', 'As `dragon explain` prints it.', '', parts.join('\n')].join('\n');
}

test('docs/glossary.md (UPDATE_GOLDEN=1 writes it)', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(PAGE, glossaryPage());
  expect(readFileSync(PAGE, 'utf8')).toBe(glossaryPage());
});

test('no term is explained twice, and each is as one types it', () => {
  const terms = GLOSSARY.flatMap(({ entries }) => entries.flatMap((entry) => entry.terms.map((t) => t.toLowerCase())));
  expect(terms.filter((term, i) => terms.indexOf(term) !== i || /[`*]/.test(term))).toEqual([]);
});

test.each([
  ['digest', /^digest: a hash over every event/],
  ['agi', /^AG, AGI, AGF: allocation group/],
  ['in no count', /^unaccounted, in no count: /],
  ['Shrinker credit', /^shrinker credit: pages freed/],
  ['shrinker_rwsem', /^shrinker_rwsem: protects/],
  ['cil', /^CIL: the committed item list/],
  ['skip-kswapd', /^throttle=skip-kswapd, skip-kswapd: a policy: /],
  ['seed-deadlock', /^seed-deadlock: a scenario: /],
  ['log-worker', /^log-worker: a parameter of most scenarios/],
  ['lifo-order', /^lifo-order: a rule of dragon conform: /],
])('explain %s', async (word, expected) => {
  const { code, out, err } = await dragonInProcess(['explain', ...word.split(' ')]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(expected);
});

test('a word that is not known, and all that are', async () => {
  expect(await dragonInProcess(['explain', 'digset'])).toMatchObject({
    code: 64,
    out: '',
    err: expect.stringMatching(/^dragon: nothing is known of 'digset'; did you mean digest\? /),
  });
  const { out } = await dragonInProcess(['explain']);
  for (const { entries } of GLOSSARY) for (const { terms } of entries) expect(out).toContain(`  ${terms[0]}`);
});
