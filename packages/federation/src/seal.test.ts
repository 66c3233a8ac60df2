/** A seal proves the key, the subject and every byte, and says the same of the same. */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { keyFromEnvironment, Seal } from './seal.ts';

const bytes = new TextEncoder().encode('grant');
const seal = new Seal('a key');

test.each(['', 'a key', 'k'.repeat(64), 'k'.repeat(65)])('is a part of an HMAC-SHA-256, key %j', (key) => {
  const own = new Seal(key);
  for (const subject of ['s', 'another.subject', 's']) {
    const { message, tag } = own.close(subject, bytes);
    expect(tag).toBe(createHmac('sha256', key).update(`${subject}\0grant`).digest('base64url').slice(0, 22));
    expect(Buffer.from(message).toString()).toBe(`${tag}grant`);
    expect(own.tagOf(subject, bytes)).toBe(tag);
    const opened = own.open(subject, message);
    expect([opened?.tag, Buffer.from(opened?.bytes ?? []).toString()]).toEqual([tag, 'grant']);
  }
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
