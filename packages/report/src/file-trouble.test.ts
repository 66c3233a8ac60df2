/** What the system answers about a file is said as a sentence. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { unreadableFile, unwritableFile } from './file-trouble.ts';

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

test('files that the system refuses to read or to write', () => {
  const folder = mkdtempSync(join(tmpdir(), 'file-trouble-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (...names: string[]) => join(folder, ...names);
  writeFileSync(at('file'), '');
  symlinkSync('circle', at('circle'));
  const read = (path: string) =>
    unreadableFile(
      'f',
      thrownBy(() => readFileSync(path)),
    );
  const written = (path: string) =>
    unwritableFile(
      'f',
      thrownBy(() => writeFileSync(path, '')),
    );
  expect(read(at('none'))).toBe('f: there is no such file');
  expect(read(folder)).toBe('f cannot be read: it is a folder');
  expect(read(at('file', 'below'))).toBe('f cannot be read: a part of its path is no folder');
  expect(read(at('circle'))).toBe('f cannot be read: its symbolic links lead in a circle');
  expect(read(at('n'.repeat(300)))).toBe('f cannot be read: its name is too long');
  expect(written(at('none', 'file'))).toBe('f cannot be written: there is no such folder');
  expect(written(folder)).toBe('f cannot be written: it is a folder');
});

test('a full device, and what is no answer of the system', () => {
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  expect(
    unwritableFile(
      'f',
      thrownBy(() => writeSync(full, 'x')),
    ),
  ).toBe('f cannot be written: no space is left on its device');
  expect(unreadableFile('f', new Error('it is closed'))).toBe('f cannot be read: it is closed');
  expect(unreadableFile('f', Object.assign(new Error('EACCES: …'), { code: 'EACCES' }))).toBe(
    'f cannot be read: permission is denied',
  );
  expect(unreadableFile('f', 'no')).toBe('f cannot be read: no');
});
