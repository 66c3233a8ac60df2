/** Tests of NDJSON traces: what was written is read, and every error says exactly what is wrong. */
import { planDigest, type Row } from '@dragon/engine';
import { expect, test } from 'vitest';
import { replayTranscript } from '../../../../test/golden/golden-transcript.ts';
import { ndjsonHead, ndjsonTrace } from '../../../../test/golden/ndjson-trace.ts';
import { SEED_PLAN, seedHistory } from '../seed-deadlock.fixture.ts';
import { TraceError } from './trace-error.ts';
import { NdjsonParser } from './ndjson-parser.ts';
import type { TraceFooter } from './trace-format.ts';

const SUBJECT = { heading: 'seed, 2 CPUs', command: { scenario: 'seed', seed: 1, cpus: 2 } };

test('lines are read back as they were written, with the index each row has among the rows of its agent', () => {
  const rows: Row[] = ['kswapd/0', 'inodegc/0', 'kswapd/0'].flatMap((agent, at) =>
    seedHistory(agent)
      .slice(0, 2)
      .map((row) => ({ ...row, at })),
  );
  const footer: TraceFooter = { end: true, outcome: 'deadlock', events: rows.length, digest: 'abc', endedAt: 9 };
  const text = ndjsonTrace(SUBJECT, SEED_PLAN, rows, footer);
  const parser = new NdjsonParser('t');
  const read = text
    .trimEnd()
    .split('\n')
    .map((line) => parser.parse(line));
  parser.finish();
  const header = { format: 'dragon-trace', version: 4, ...SUBJECT, plan: planDigest(SEED_PLAN) };
  expect(read.slice(0, 2)).toEqual([
    { kind: 'header', header },
    { kind: 'plan', plan: JSON.parse(JSON.stringify(SEED_PLAN)) },
  ]);
  const indexes = [0, 1, 0, 1, 2, 3];
  expect(read.slice(2, -1)).toEqual(rows.map((row, i) => ({ kind: 'row', row: { ...row, index: indexes[i] } })));
  expect(read.at(-1)).toEqual({ kind: 'footer', footer });
});

test('every error says what is wrong', () => {
  const head = ndjsonHead(SUBJECT, SEED_PLAN);
  const { expected, actual } = replayTranscript(
    new URL('./ndjson-parser.golden.txt', import.meta.url),
    ({ command: [what], input }) => {
      const parser = new NdjsonParser('a.ndjson');
      try {
        const lines = input.map(({ text }) => text);
        for (const line of what === 'body'
          ? [...head, ...lines]
          : what === 'plan'
            ? [...head.slice(0, 1), ...lines]
            : lines)
          parser.parse(line);
        parser.finish();
        return 'ok';
      } catch (error) {
        if (!(error instanceof TraceError)) throw error;
        return `${error.code}${error.line === undefined ? '' : ` at line ${error.line}`}: ${error.message}`;
      }
    },
  );
  expect(actual).toBe(expected);
});
