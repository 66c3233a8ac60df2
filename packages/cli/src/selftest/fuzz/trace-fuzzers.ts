/** Fuzzers of traces, in both forms: the commands that read them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTrace } from '@dragon/report/io';
import { commandAnswer } from './command-answer.ts';
import { CONTAINER } from './container-mutations.ts';
import { type Fuzzer, type FuzzPlace, WrongAnswer } from './fuzzer.ts';
import { packedOrNot } from './gzip-mutations.ts';
import { JSON_TEXT } from './json-mutations.ts';

/** Short runs, as a case is one of thousands: of locks, of much memory, and without an event. */
const RUNS: readonly (readonly string[])[] = [
  ['seed-deadlock', '--cpus', '1', '--seed', '1', '--until', '700ms'],
  ['pressure', '--cpus', '1', '--seed', '1', '--until', '20ms'],
  ['repair-first', '--cpus', '2', '--seed', '1', '--until', '3ms'],
];

export const TRACE: Fuzzer = { samples: recorded, mutate: CONTAINER, answer: traceAnswer };

export const OLD_TRACE: Fuzzer = {
  samples: async (place) => Promise.all((await recorded(place)).map((_, i) => asLines(pathOf(place, i)))),
  mutate: packedOrNot(JSON_TEXT),
  answer: traceAnswer,
};

const pathOf = ({ folder }: FuzzPlace, nth: number) => join(folder, `sample-${nth}.trace`);

async function recorded(place: FuzzPlace): Promise<Buffer[]> {
  const samples: Buffer[] = [];
  for (const [nth, words] of RUNS.entries()) {
    const path = pathOf(place, nth);
    const answer = await commandAnswer(['run', ...words, '--trace', path], Buffer.alloc(0));
    if (answer !== 'exit 0' && answer !== 'exit 2') throw new WrongAnswer(`a run without trouble: ${answer}`);
    samples.push(readFileSync(path));
  }
  return samples;
}

/** The same trace as version 4 had it: rows alone, a line of JSON for each. */
async function asLines(path: string): Promise<Buffer> {
  const source = await openTrace(path);
  try {
    const lines: unknown[] = [{ ...source.header, version: 4 }, source.plan];
    for await (const { at, to, from, seq, message, state } of source.rows())
      lines.push([at, to, from, seq, message, state]);
    return Buffer.from(`${[...lines, source.footer].map((line) => JSON.stringify(line)).join('\n')}\n`);
  } finally {
    source.close();
  }
}

/** Each of the commands that read a trace has its turn, by the input's own bytes: the same one each time. */
async function traceAnswer(input: Buffer, place: FuzzPlace): Promise<string> {
  const path = join(place.folder, 'case.trace');
  writeFileSync(path, input);
  const out = ['--out', join(place.folder, 'out')];
  const readers: readonly (readonly string[])[] = [
    ['replay', path],
    ['diff', path, pathOf(place, 0)],
    ['diff', pathOf(place, 0), path],
    ['export', 'mermaid', path, '--agents', 'kswapd/0,inodegc/0'],
    ['export', 'perfetto', path, ...out],
  ];
  const words = readers[sumOf(input) % readers.length] ?? ['replay', path];
  return `${words[0]}: ${await commandAnswer(words, input)}`;
}

const sumOf = (input: Buffer): number => input.reduce((sum, byte) => (sum * 31 + byte) % 65_521, 7);
