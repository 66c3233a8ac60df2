/** Frames come in their order, each once; what does not come is given up, not waited for for ever. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameOrder } from './frame-order.ts';

const seqs = (frames: readonly { readonly seq: number }[]) => frames.map(({ seq }) => seq);

test('frames that overtake each other, or come twice, come in order and once', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...Array(40).keys(), ...Array(40).keys()], { minLength: 80 }), (arriving) => {
      const order = new FrameOrder();
      expect(arriving.flatMap((seq) => seqs(order.take({ seq })))).toEqual([...Array(40).keys()]);
    }),
    { seed: 1 },
  );
});

test('a frame that is missing for a whole tick is given up', () => {
  const order = new FrameOrder();
  expect(seqs(order.take({ seq: 0 }))).toEqual([0]);
  expect([...order.take({ seq: 2 }), ...order.take({ seq: 3 }), ...order.take({ seq: 5 })]).toEqual([]);
  expect(order.tick()).toEqual([]);
  expect(seqs(order.tick())).toEqual([2, 3]);
  expect(order.tick()).toEqual([]);
  expect(seqs(order.take({ seq: 4 }))).toEqual([4, 5]);
  expect([...order.take({ seq: 1 }), ...order.tick()]).toEqual([]);
});

test('and so is one that very many others wait for', () => {
  const order = new FrameOrder();
  const come = Array.from({ length: 300 }, (_, index) => seqs(order.take({ seq: index + 1 })));
  expect(come.findIndex(({ length }) => length > 0)).toBe(256);
  expect(come.flat()).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
});
