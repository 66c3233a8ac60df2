/** The version of the program is that of the repository. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROGRAM_VERSION } from './program-version.ts';

test('as package.json has it', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as unknown;
  expect(manifest).toMatchObject({ name: 'sleeping-dragon', version: PROGRAM_VERSION });
});
