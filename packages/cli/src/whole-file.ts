/** Output files, which are written as a whole or not at all. */
import { accessSync, constants, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UnwrittenOutput } from './failure.ts';

/** Throws `UnwrittenOutput` if a file cannot be created there: better before an hour of work than after it. */
export function expectWritable(path: string): void {
  attempt(path, () => accessSync(dirname(path), constants.W_OK));
}

/** Writes beside the file and renames, following a symbolic link. Throws `UnwrittenOutput`. */
export function writeWholeFile(path: string, text: string): void {
  const target = targetOf(path);
  const temporary = `${target}.${process.pid}.partial`;
  attempt(path, () => {
    try {
      rmSync(temporary, { force: true });
      writeFileSync(temporary, text, { flag: 'wx' });
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new UnwrittenOutput(path, error);
  }
}
