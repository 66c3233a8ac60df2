/** Sparse words against a plain map of numbers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_WORDS, nextWord, wordAt, WordsDraft } from './sparse-words.ts';

const change = fc.tuple(fc.oneof(fc.nat(200), fc.nat(1_000_000)), fc.constantFrom(0, 0, 1, -1, 2 ** 31 - 1));
/** Changes in drafts, one draft after the other. */
const changes = fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 12 });

test('are a list of numbers, as plain data that is the same for the same numbers', () => {
  fc.assert(
    fc.property(changes, fc.nat(300), (drafts, probe) => {
      let list = NO_WORDS;
      const model = new Map<number, number>();
      for (const each of drafts) {
        const before = JSON.stringify(list);
        const draft = new WordsDraft(list);
        for (const [index, word] of each) {
          expect(draft.word(index)).toBe(model.get(index) ?? 0);
          draft.setWord(index, word);
          if (word === 0) model.delete(index);
          else model.set(index, word);
        }
        const after = draft.finish();
        expect(JSON.stringify(list)).toBe(before);
        list = after;
      }
      const numbers = [...model.keys()].toSorted((a, b) => a - b);
      for (const index of [probe, ...numbers]) expect(wordAt(list, index)).toBe(model.get(index) ?? 0);
      const found: number[] = [];
      for (let index = nextWord(list, 0); index >= 0; index = nextWord(list, index + 1)) found.push(index);
      expect(found).toEqual(numbers);
      const anew = new WordsDraft(NO_WORDS);
      for (const index of numbers.toReversed()) anew.setWord(index, model.get(index) ?? 0);
      expect(JSON.stringify(anew.finish())).toBe(JSON.stringify(list));
    }),
  );
});

test('a change leaves the stretches that it does not touch as they are', () => {
  const draft = new WordsDraft(NO_WORDS);
  draft.setWord(5, 1);
  draft.setWord(6_000, 1);
  const list = draft.finish();
  const other = new WordsDraft(list);
  other.setWord(6_001, 7);
  const next = other.finish();
  expect(next[0]).toBe(list[0]);
  expect([wordAt(list, 6_001), wordAt(next, 6_001)]).toEqual([0, 7]);
});
