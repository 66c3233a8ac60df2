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

test('kinds stand for all their agents', () => {
  const of = (id: string, peers: readonly string[], peerKinds: readonly string[]) => {
    const kind = id.slice(0, 1);
    return { id, kind, params: null, peers, peerKinds };
  };
  expect(peersOf([of('a/0', [], ['a', 'b']), of('a/1', ['b/0'], []), of('b/0', [], [])])).toEqual(
    new Map([
      ['a/0', new Set(['a/1', 'b/0'])],
      ['a/1', new Set(['a/0', 'b/0'])],
      ['b/0', new Set(['a/0', 'a/1'])],
    ]),
  );
});

test('too many pairs are not kept', () => {
  const many = Array.from({ length: 2_001 }, (_, i) => ({ ...agent(`a/${i}`, []), kind: 'a', peerKinds: ['a'] }));
  expect(peersOf(many)).toBeUndefined();
});
