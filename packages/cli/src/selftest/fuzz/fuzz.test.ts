/** Malformed input of every kind, some of each: `dragon selftest --only fuzz` tries as many as one likes. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FUZZ_KIND_NAMES, type FuzzKind } from './fuzz-kinds.ts';
import { FuzzedKind } from './fuzzed-kind.ts';
import { FUZZERS } from './fuzzers.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SEED = 1;
const CASES = 40;

/** A sample that is refused itself would make all that comes of it refused, too. */
const REFUSED = /exit (?:1|64)$/;

test.each(FUZZ_KIND_NAMES)(`%s, seed ${SEED}`, async (kind) => {
  const cases = await FuzzedKind.open(kind, SEED, folder);
  const wrong: string[] = [];
  for (let nth = 0; nth < CASES; nth += 1) {
    const outcome = await cases.case(nth);
    if ('wrong' in outcome) wrong.push(`--only fuzz/${kind}/${nth}: ${outcome.wrong}`);
  }
  expect(wrong).toEqual([]);
});

test.each(['latency', 'fault-plan'] as const)('what %s begins with is right', async (kind: FuzzKind) => {
  const place = { folder: join(folder, `${kind}-whole`) };
  mkdirSync(place.folder);
  for (const sample of await FUZZERS[kind].samples(place))
    expect(await FUZZERS[kind].answer(sample, place)).not.toMatch(REFUSED);
});

test('a case is the same each time, and no two are', async () => {
  const [one, other] = [await FuzzedKind.open('ftrace', 7, folder), await FuzzedKind.open('ftrace', 7, folder)];
  expect(one.input(5)).toEqual(other.input(5));
  expect(one.input(5)).not.toEqual(one.input(6));
});
