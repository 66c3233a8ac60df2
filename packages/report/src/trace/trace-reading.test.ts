/** Tests of reading a trace, with what a web page has: found at any instant, cut anywhere, damaged, of the future. */
import { gzipSync } from 'node:zlib';
import { planDigest, type Row } from '@dragon/engine';
import { expect, test } from 'vitest';
import { SEED_PLAN } from '../seed-deadlock.fixture.ts';
import { answerReading } from './answer-reading.io.ts';
import { type BlockMade, DroppedFile, traceOf } from './trace-bytes.fixture.io.ts';
import type { TraceFooter } from './trace-format.ts';
import { blockAt, unknownKinds } from './trace-index.ts';
import { formatMember } from './trace-member.ts';
import { isTraceContainer, readColumns, readIndex, readPlan, readRows } from './trace-reading.ts';

const SUBJECT = { heading: 'seed, 1 CPU', command: { scenario: 'seed', seed: 1 } };

const ROWS: readonly Row[] = Array.from({ length: 50 }, (_, i) => ({
  at: i * 10,
  to: `ag/${i % 3}`,
  from: 'memory/0',
  seq: i,
  message: { type: 'ag.lock', reason: `größe ${i}` },
  index: Math.floor(i / 3),
  state: 'sleeping',
}));
const BLOCKS: readonly BlockMade[] = [0, 1, 2, 3, 4].map((n) => ({ rows: ROWS.slice(n * 10, n * 10 + 10) }));
const FOOTER: TraceFooter = { end: true, outcome: 'completed', events: 50, digest: 'd', endedAt: 500 };
const WHOLE = traceOf(SUBJECT, SEED_PLAN, BLOCKS, FOOTER);
const [HEADER, PLAN, ...REST] = WHOLE.members;

const indexOf = (bytes: Uint8Array) => {
  const file = new DroppedFile(bytes);
  return answerReading(file, readIndex(file));
};

/** Returns a trace with a byte changed. */
function damaged(offset: number): Uint8Array {
  const bytes = Uint8Array.from(WHOLE.bytes);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
  return bytes;
}

test('header, plan, rows and footer come back as they were written', async () => {
  const file = new DroppedFile(WHOLE.bytes);
  const index = await answerReading(file, readIndex(file));
  expect(index.header).toEqual({ format: 'dragon-trace', version: 5, ...SUBJECT, plan: planDigest(SEED_PLAN) });
  expect(index.end).toEqual({ footer: FOOTER });
  expect(await answerReading(file, readPlan(file, index))).toEqual(JSON.parse(JSON.stringify(SEED_PLAN)));
  const rows = [];
  for (const nth of index.blocks.keys()) rows.push(...(await answerReading(file, readRows(file, index, nth))));
  expect(rows).toEqual(ROWS);
});

test('an instant takes header, index and one block', async () => {
  const file = new DroppedFile(WHOLE.bytes);
  const index = await answerReading(file, readIndex(file));
  const nth = blockAt(index.blocks, 255);
  const rows = await answerReading(file, readRows(file, index, nth));
  expect([rows[0]?.at, rows.at(-1)?.at]).toEqual([200, 290]);
  const [, , block, , , indexMember] = REST;
  const heads = 2 * 27;
  expect(file.asked).toBe(heads + (HEADER?.length ?? 0) + (indexMember?.length ?? 0) + (block?.length ?? 0));
});

test('the block of an instant is the last that begins by then', () => {
  const blocks = [10, 20, 20, 40].map((first) => ({ first, last: first + 5, kinds: [] }));
  expect([0, 10, 19, 20, 39, 40, 9e9].map((at) => blockAt(blocks, at))).toEqual([0, 0, 0, 2, 2, 3, 3]);
  expect(blockAt([], 7)).toBe(0);
});

test('of a file that is cut anywhere, what is whole can be read', async () => {
  const ends = REST.slice(0, 5).map(({ offset, length }) => offset + length);
  const start = PLAN === undefined ? 0 : PLAN.offset + PLAN.length;
  const borders = WHOLE.members.flatMap(({ offset }) => [-1, 0, 1, 26, 27, 28].map((beside) => offset + beside));
  const sizes = [...borders, ...Array.from({ length: 40 }, (_, i) => i * 101), WHOLE.bytes.length - 1];
  for (const size of sizes.filter((each) => each >= 0 && each < WHOLE.bytes.length)) {
    const bytes = WHOLE.bytes.subarray(0, size);
    if (size < 27) expect(isTraceContainer(bytes)).toBe(false);
    else if (size < start) {
      const where = size < (HEADER?.length ?? 0) ? 'header' : 'plan';
      await expect(indexOf(bytes)).rejects.toMatchObject({
        code: 'truncated',
        message: `dropped.trace is truncated after 0 rows: its ${where} is not whole`,
      });
    } else {
      const index = await indexOf(bytes);
      expect(index.end).toEqual({ cut: 'it has no index' });
      expect(index.blocks).toHaveLength(ends.filter((end) => end <= size).length);
    }
  }
});

test('a block is read from a file that was cut after it', async () => {
  const file = new DroppedFile(WHOLE.bytes.subarray(0, WHOLE.bytes.length - 1));
  const index = await answerReading(file, readIndex(file));
  expect(await answerReading(file, readRows(file, index, 4))).toEqual(ROWS.slice(40));
});

test('damage is found by the checksum, and where it is is said', async () => {
  const inside = (place: { offset: number; length: number } | undefined) => (place?.offset ?? 0) + 40;
  await expect(indexOf(damaged(inside(HEADER)))).rejects.toMatchObject({ code: 'truncated' });
  const file = new DroppedFile(damaged(inside(REST[1])));
  const index = await answerReading(file, readIndex(file));
  await expect(answerReading(file, readColumns(file, index, 1))).rejects.toMatchObject({
    code: 'malformed',
    message: 'dropped.trace is malformed in block 2: it is damaged',
  });
  const plan = new DroppedFile(damaged(inside(PLAN)));
  await expect(answerReading(plan, readPlan(plan, await indexOf(WHOLE.bytes)))).rejects.toMatchObject({
    message: 'dropped.trace is malformed in its plan: it is damaged',
  });
  expect((await indexOf(damaged(inside(REST[5])))).end).toEqual({ cut: 'its index is damaged' });
  // Without an index, what is behind a damaged block is not trusted.
  const both = damaged(inside(REST[5]));
  both[inside(REST[2])] = 0;
  expect(await indexOf(both)).toMatchObject({ blocks: { length: 2 }, end: { cut: 'block 3 is damaged' } });
});

test('a footer that does not fit, blocks that overlap', async () => {
  const made = (blocks: readonly BlockMade[], footer = FOOTER) => traceOf(SUBJECT, SEED_PLAN, blocks, footer).bytes;
  await expect(indexOf(made(BLOCKS, { ...FOOTER, events: 49 }))).rejects.toMatchObject({
    message: 'dropped.trace is malformed in its index: the footer counts 49 events, but there are 50 rows',
  });
  await expect(indexOf(made([...BLOCKS.slice(1), ...BLOCKS.slice(0, 1)]))).rejects.toMatchObject({
    message: 'dropped.trace is malformed in its index: block 5 begins before the end of the block before it',
  });
});

test('a trace of the future is refused by its version, another gzip by its head', async () => {
  const future = { format: 'dragon-trace', version: 6, shape: 'round' };
  await expect(indexOf(formatMember('header', gzipSync(JSON.stringify(future))))).rejects.toMatchObject({
    code: 'version',
    message: 'dropped.trace is a trace of version 6: this program reads versions 4 and 5',
  });
  await expect(indexOf(formatMember('header', gzipSync('{}')))).rejects.toMatchObject({ code: 'not-a-trace' });
  const foreign = gzipSync('a shopping list');
  expect(isTraceContainer(foreign)).toBe(false);
  await expect(indexOf(foreign)).rejects.toMatchObject({ code: 'not-a-trace' });
});

test('records of a kind that nobody knows are left out, and named', async () => {
  const others = [['weather', [{ at: 3, rain: 1 }, { at: 4 }]] as const, ['faults', ['?']] as const];
  const blocks = BLOCKS.map((block, i) => (i % 2 === 0 ? { ...block, others } : block));
  const file = new DroppedFile(traceOf(SUBJECT, SEED_PLAN, blocks, FOOTER).bytes);
  const index = await answerReading(file, readIndex(file));
  expect(unknownKinds(index.blocks)).toEqual(['weather (6)', 'faults (3)']);
  expect(await answerReading(file, readRows(file, index, 4))).toEqual(ROWS.slice(40));
});
