/** JSON of others is what it says, and nothing in it is obeyed by who shows it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foreignJson } from './foreign-json.ts';
import { printable } from './printable.ts';

test('what has nothing to change is as it stands there', () => {
  const text = '{"a":["xfs_scrub",1.5,null,true,"Größe 日本 😀"],"b":{"":"kworker/0:1"}}';
  expect(foreignJson(text)).toEqual(JSON.parse(text));
  expect(foreignJson('"\\\\ \\" \\/"')).toBe('\\ " /');
  expect(foreignJson('{')).toBeUndefined();
});

test('texts and keys are printable, however they are written and however deep they stand', () => {
  expect(foreignJson('["\\u001b[31m","\u202e","\\n",{"\\u200b":{"\u009b":["\\ud83d"]}}]')).toEqual([
    '\\x1b[31m',
    '\\u202e',
    '\\x0a',
    { '\\u200b': { '\\x9b': ['\\ud83d'] } },
  ]);
  const deep = 100_000;
  expect(JSON.stringify(foreignJson(`["\\n",${'['.repeat(deep)}${']'.repeat(deep)}]`)?.valueOf() !== undefined)).toBe(
    'true',
  );
});

test('a text that nobody reads to its end is cut, among numbers that are many', () => {
  const numbers = JSON.stringify(Array.from({ length: 5_000 }, (_, i) => i));
  const [cut, rest] = foreignJson(`["${'x'.repeat(100_000)}",${numbers}]`) as [string, number[]];
  expect([cut.length, cut.at(-1), rest.length]).toEqual([4_096, '…', 5_000]);
});

test('names of what every object has are names as any other', () => {
  const read = foreignJson('{"__proto__":{"constructor":"\\u202e"},"toString":"a"}') as object;
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(Object.entries(read)).toEqual([
    ['__proto__', { constructor: '\\u202e' }],
    ['toString', 'a'],
  ]);
});

test('of any JSON only what is not printable changes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const seen = (it: unknown): unknown => {
        if (typeof it === 'string') return printable(it);
        if (Array.isArray(it)) return it.map(seen);
        if (typeof it !== 'object' || it === null) return it;
        return Object.fromEntries(Object.entries(it).map(([key, each]) => [printable(key), seen(each)]));
      };
      expect(foreignJson(JSON.stringify(value))).toEqual(seen(JSON.parse(JSON.stringify(value))));
    }),
  );
});
