/**
 * What holds for every file: its first lines say what it is for, its name says it too, and the lock file fits any
 * registry.
 */
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { readText, sourceFiles } from './repository.ts';

/** At least three words and a full stop or colon, in the comment at the top of the file. */
const OPENING_COMMENT = /^(?:#!.*\n)?(?:\/\*\*?[\s*]*|\/\/ )(?=\S)(?:(?!\*\/|\n\n)[\s\S])*?\S+(?:[ \n*/]+\S+){2,}[.:]/;

test('every source file opens with a sentence saying what it is for', () => {
  expect(sourceFiles().filter((file) => !OPENING_COMMENT.test(readText(file)))).toEqual([]);
});

test('no file has a name that says nothing', () => {
  const says = /^(?:types?|utils?|common|helpers?|misc)\./;
  expect(sourceFiles().filter((file) => says.test(basename(file)))).toEqual([]);
});

test('the lock file names no registry', () => {
  const lines = readText('pnpm-lock.yaml').split('\n');
  expect(lines.filter((line) => /:\/\/|\btarball:|\bregistry\b|\bnpmjs\b/.test(line))).toEqual([]);
});

test('comments are wrapped as the formatter wraps code', () => {
  const WIDTH = 120;
  const tooWide = sourceFiles().flatMap((file) =>
    readText(file)
      .split('\n')
      .flatMap((line, i) => (/^\s*(?:\/?\*|\/\/)/.test(line) && line.length > WIDTH ? [`${file}:${i + 1}`] : [])),
  );
  expect(tooWide).toEqual([]);
});

test('what test files share registers nothing while it is loaded: of the second file a worker has loaded it already', () => {
  const registers = /^(?:export const \w+ = )?(?:(?:before|after)(?:Each|All)|onTestF\w+)\(/m;
  expect(registers.test(["import { afterEach } from 'vitest';", 'afterEach(() => {});'].join('\n'))).toBe(true);
  const shared = sourceFiles().filter((file) => !file.endsWith('.test.ts'));
  expect(shared.filter((file) => registers.test(readText(file)))).toEqual([]);
});
