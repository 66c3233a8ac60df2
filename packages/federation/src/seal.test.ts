/** A seal proves the key, the subject and every byte, and says the same of the same. */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { keyFromEnvironment, Seal } from './seal.ts';

const bytes = new TextEncoder().encode('grant');
const seal = new Seal('a key');

test('is the first half of an HMAC-SHA-256 over subject and bytes, before the bytes', () => {
  const { message, tag } = seal.close('s', bytes);
  const sum = createHmac('sha256', 'a key').update('s\0grant').digest().subarray(0, 16);
  expect(Buffer.from(message)).toEqual(Buffer.concat([sum, bytes]));
  expect(tag).toBe(sum.toString('base64url'));
  expect(seal.tagOf('s', bytes)).toBe(tag);
  expect(seal.open('s', message)).toEqual({ bytes: new Uint8Array(bytes), tag });
});

test('opens with the same key, for the same subject, if no byte was changed, and not otherwise', () => {
  const { message } = seal.close('s', bytes);
  expect(new Seal().open('s', message)).toBeUndefined();
  expect(new Seal('a key?').open('s', message)).toBeUndefined();
  expect(seal.open('t', message)).toBeUndefined();
  for (let index = 0; index < message.length; index += 1) {
    const changed = new Uint8Array(message);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(seal.open('s', changed)).toBeUndefined();
    expect(seal.open('s', message.subarray(0, index))).toBeUndefined();
  }
});

test('a key in the environment is long enough', () => {
  expect(keyFromEnvironment({})).toBeUndefined();
  expect(keyFromEnvironment({ DRAGON_RUN_KEY: '' })).toBeUndefined();
  expect(keyFromEnvironment({ DRAGON_RUN_KEY: 'x'.repeat(16) })).toBe('x'.repeat(16));
  expect(() => keyFromEnvironment({ DRAGON_RUN_KEY: 'secret' })).toThrow('DRAGON_RUN_KEY has 6 characters');
});
