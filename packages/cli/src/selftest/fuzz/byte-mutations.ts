/** Mutations that know nothing of a format: flipped bits, cuts, parts that are doubled, moved, lost or another's. */
import type { Draw } from '../draw.ts';
import { type Mutation, oneOf } from './mutation.ts';

const flipped: Mutation = (input, draw) => {
  const output = Buffer.from(input);
  for (let left = 1 + draw.small(16); left > 0 && output.length > 0; left -= 1) {
    const at = draw.below(output.length);
    output[at] = (output[at] ?? 0) ^ (1 << draw.below(8));
  }
  return output;
};

const overwritten: Mutation = (input, draw) => {
  const output = Buffer.from(input);
  const [from, to] = stretch(output, draw);
  output.fill(draw.of([0, 0xff, 0x7f, 0x0a, 0x20, draw.below(256)]), from, to);
  return output;
};

const cut: Mutation = (input, draw) => input.subarray(0, draw.below(input.length + 1));

const withoutPart: Mutation = (input, draw) => {
  const [from, to] = stretch(input, draw);
  return Buffer.concat([input.subarray(0, from), input.subarray(to)]);
};

const doubled: Mutation = (input, draw) => {
  const [from, to] = stretch(input, draw);
  const at = draw.once(2) ? to : draw.below(input.length + 1);
  return Buffer.concat([input.subarray(0, at), input.subarray(from, to), input.subarray(at)]);
};

const noise: Mutation = (input, draw) => {
  const at = draw.below(input.length + 1);
  const bytes = Buffer.from(Array.from({ length: 1 + draw.small(64) }, () => draw.below(256)));
  return Buffer.concat([input.subarray(0, at), bytes, input.subarray(at)]);
};

const spliced: Mutation = (input, draw, others) => {
  const other = draw.among(others) ?? input;
  return Buffer.concat([input.subarray(0, draw.below(input.length + 1)), other.subarray(draw.below(other.length + 1))]);
};

const twice: Mutation = (input) => Buffer.concat([input, input]);

/** Of any input. */
export const ANY_BYTES = oneOf(flipped, overwritten, cut, withoutPart, doubled, noise, spliced, twice);

/** Returns a part of the input, short as a rule. */
export function stretch(input: { readonly length: number }, draw: Draw): readonly [from: number, to: number] {
  const from = draw.below(input.length + 1);
  return [from, from + draw.small(input.length - from + 1)];
}
