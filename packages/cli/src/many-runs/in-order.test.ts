/** Results in order: whatever order they come in. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InOrder } from './in-order.ts';

test('every order of arrival gives the order of places', () => {
  const places = [0, 1, 2, 3, 4, 5, 6];
  fc.assert(
    fc.property(fc.shuffledSubarray(places, { minLength: places.length }), (arrivals) => {
      const handedOn: number[] = [];
      const inOrder = new InOrder<number>((place) => handedOn.push(place));
      for (const [i, place] of arrivals.entries()) {
        inOrder.add(place, place);
        const came = new Set(arrivals.slice(0, i + 1));
        expect(handedOn).toEqual(
          places.slice(
            0,
            [...places, 7].find((each) => !came.has(each)),
          ),
        );
      }
    }),
  );
});
