/** The repository passes its own tools: compiler, linter, formatter, dead-code finder. */
import { expect, test } from 'vitest';
import { complaints, TOOL_TIMEOUT } from './repository.ts';

test('everything type-checks', { timeout: TOOL_TIMEOUT }, async () => {
  expect(await complaints('tsc', ['-p', 'tsconfig.json'])).toBe('');
});

test('pure code type-checks without Node and without a browser', { timeout: TOOL_TIMEOUT }, async () => {
  expect(await complaints('tsc', ['-p', 'tsconfig.pure.json'])).toBe('');
  expect(await complaints('tsc', ['-p', 'tsconfig.page.json'])).toBe('');
});

test('what runs inside a tested page type-checks', { timeout: TOOL_TIMEOUT }, async () => {
  expect(await complaints('tsc', ['-p', 'test/browser/in-page'])).toBe('');
});

test('the linter finds nothing', { timeout: TOOL_TIMEOUT }, async () => {
  expect(await complaints('oxlint', [])).toBe('');
});

test('every file is formatted', { timeout: TOOL_TIMEOUT }, async () => {
  expect(await complaints('biome', ['format'])).toBe('');
});

test('no file, export or dependency is unused', { timeout: TOOL_TIMEOUT }, async () => {
  expect(await complaints('knip', [])).toBe('');
});
