/** Mutations: ways to make a malformed input of a good one, and how several of them are put together. */
import type { Draw } from '../draw.ts';

/** Returns other bytes; `others` are the samples of the same kind. */
export type Mutation = (input: Buffer, draw: Draw, others: readonly Buffer[]) => Buffer;

/** No input is longer: what takes minutes to read says nothing that a shorter one would not. */
export const LONGEST = 1 << 21;

/** Returns a mutation that is one to four of these, one on the other. */
export function oneOf(...mutations: readonly [Mutation, ...Mutation[]]): Mutation {
  return (input, draw, others) => {
    let mutated = input;
    for (let left = 1 + draw.small(4); left > 0; left -= 1)
      mutated = draw.of(mutations)(mutated, draw, others).subarray(0, LONGEST);
    return mutated;
  };
}

/** Returns a mutation of text, in which each byte is a character: what is no UTF-8 survives. */
export function ofText(change: (text: string, draw: Draw) => string): Mutation {
  return (input, draw) => Buffer.from(change(input.toString('latin1'), draw), 'latin1');
}

/** Returns the text of these characters as bytes, one a character: to be put into the text of `ofText`. */
export const asBytes = (text: string): string => Buffer.from(text).toString('latin1');
