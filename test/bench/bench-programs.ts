/** Programs of contestants, bundled as the project's own programs are: nobody races in a transpiler. */
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepBundle, makeBundle } from '../../packages/cli/src/bundle/make-bundle.mjs';
import type { Argv } from './contestant.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const NAMES = [
  'cache-turns',
  'echo-process',
  'growth-turns',
  'inspected-turns',
  'observer-turns',
  'phold-turns',
  'pinger-process',
  'recovery-turns',
  'ring-turns',
  'run-turns',
  'step-turns',
  'trace-turns',
] as const;

type ProgramName = (typeof NAMES)[number];

let made: Promise<string> | undefined;

/** Returns the command of a program in this folder. */
export async function benchProgram(name: ProgramName, ...args: readonly string[]): Promise<Argv> {
  const folder = await (made ??= bundled(ROOT, 'test/bench'));
  return [process.execPath, join(folder, `${name}.mjs`), ...args];
}

async function bundled(root: string, folder: string): Promise<string> {
  const programs = Object.fromEntries(NAMES.map((name) => [name, join(folder, `${name}.ts`)]));
  return keepBundle(await makeBundle(root, programs), join(ROOT, '.cache', 'bench'));
}

/**
 * Returns the command of a program that imports nothing of its neighbours, with the packages of another checkout of the
 * project in place of ours.
 */
export async function programBefore(before: string, name: ProgramName, ...args: readonly string[]): Promise<Argv> {
  const folder = mkdtempSync(join(tmpdir(), 'dragon-bench-'));
  try {
    copyFileSync(new URL(`${name}.ts`, import.meta.url), join(folder, `${name}.ts`));
    symlinkSync(join(before, 'test', 'node_modules'), join(folder, 'node_modules'));
    const bundle = await makeBundle(folder, { [name]: `${name}.ts` });
    const kept = await keepBundle(bundle, join(ROOT, '.cache', 'bench'));
    return [process.execPath, join(kept, `${basename(name)}.mjs`), ...args];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
