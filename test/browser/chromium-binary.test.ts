/** Tests of where the browser comes from. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findChromium } from './chromium-binary.ts';

const cache = fileURLToPath(new URL('../../.cache', import.meta.url));

test('a program that is named is used, and one that is not there is told in a line', () => {
  expect(findChromium(cache, { CHROMIUM_BIN: process.execPath }).path).toBe(process.execPath);
  expect(() => findChromium(cache, { CHROMIUM_BIN: '/nowhere/chromium' })).toThrow(
    'CHROMIUM_BIN is /nowhere/chromium, which is not a program: correct or unset it',
  );
});
