/** Peers are mutual, and count only if every agent says who they are. */
import { expect, test } from 'vitest';
import { peersOf } from './peers.ts';

const agent = (id: string, peers?: readonly string[]) => ({ id, kind: id, params: null, ...(peers && { peers }) });

test('who is named has a peer, too', () => {
  expect(peersOf([agent('a', ['b']), agent('b', []), agent('c', [])])).toEqual(
    new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['a'])],
      ['c', new Set()],
    ]),
  );
});

test('one that does not say may talk to anybody', () => {
  expect(peersOf([agent('a', ['b']), agent('b')])).toBeUndefined();
});
