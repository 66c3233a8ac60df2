/** Answers what a reading of a trace asks. No part of Node is needed: a web page has bytes of a file as well. */
import type { Reading, TraceAnswer, TraceName, TraceQuestion } from './trace-reading.ts';

/** The bytes of a trace, wherever they are. */
export interface TraceBytes extends TraceName {
  /** Resolves to the bytes from `offset` on: `length` of them, or as many as there are. A damaged file asks for any. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Resolves to the text that a gzip member holds, or undefined if it is damaged. */
  unpack(member: Uint8Array): Promise<string | undefined>;
}

/** Resolves to what the reading returns; rejects with its `TraceError`, or with what reading the bytes rejects with. */
export async function answerReading<T>(bytes: TraceBytes, reading: Reading<T>): Promise<T> {
  let step = reading.next();
  while (step.done !== true) step = reading.next(await answer(bytes, step.value));
  return step.value;
}

async function answer(source: TraceBytes, { want, offset, length }: TraceQuestion): Promise<TraceAnswer> {
  const bytes = await source.read(offset, length);
  return want === 'bytes' ? bytes : source.unpack(bytes);
}
