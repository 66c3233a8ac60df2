/** Tests of the trace format: what is written is read back, and every error says exactly what is wrong. */
import type { Row } from '@dragon/engine';
import { expect, test } from 'vitest';
import { replayTranscript } from '../../../test/golden/golden-transcript.ts';
import { SEED_PLAN, seedHistory } from './seed-deadlock.fixture.ts';
import { TraceError } from './trace-error.ts';
import { formatTraceEnd, formatTraceRow, type TraceFooter, traceHeader } from './trace-format.ts';
import { TraceParser } from './trace-parser.ts';

const COMMAND = { scenario: 'seed', profile: 'v6.1.0', policy: {}, seed: 1, cpus: 2, until: 5, federates: 3 };
const HEADER = traceHeader(COMMAND, SEED_PLAN);

test('lines are read back as they were written, with the index each row has among the rows of its agent', () => {
  const rows: Row[] = ['kswapd/0', 'inodegc/0', 'kswapd/0'].flatMap((agent, at) =>
    seedHistory(agent)
      .slice(0, 2)
      .map((row) => ({ ...row, at })),
  );
  const footer: TraceFooter = { end: true, outcome: 'deadlock', events: rows.length, digest: 'abc', endedAt: 9 };
  const text = [formatTraceEnd(HEADER), ...rows.map((row) => formatTraceRow(row)), formatTraceEnd(footer)].join('');
  const parser = new TraceParser('t');
  const read = text
    .trimEnd()
    .split('\n')
    .map((line) => parser.parse(line));
  parser.finish();
  expect(read[0]).toEqual({ kind: 'header', header: HEADER });
  const indexes = [0, 1, 0, 1, 2, 3];
  expect(read.slice(1, -1)).toEqual(rows.map((row, i) => ({ kind: 'row', row: { ...row, index: indexes[i] } })));
  expect(read.at(-1)).toEqual({ kind: 'footer', footer });
});

test('every error says what is wrong', () => {
  const good = formatTraceEnd({ ...HEADER, plan: 'p' }).trimEnd();
  const { expected, actual } = replayTranscript(
    new URL('./trace-parser.golden.txt', import.meta.url),
    ({ command: [what], input }) => {
      const parser = new TraceParser('a.ndjson');
      try {
        if (what === 'body') parser.parse(good);
        for (const { text } of input) parser.parse(text);
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
