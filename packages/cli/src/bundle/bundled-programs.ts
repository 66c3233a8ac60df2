/** Programs that this one starts: files of the same bundle, so that all processes of a run are of the same sources. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAM_CACHE, ROOT } from '../project-paths.ts';

/** Set by the bundler. A bundle has no bundler in it: what a branch that is not taken would import is left out. */
declare const BUNDLED_FROM: string | undefined;

export interface BundledProgram {
  readonly path: string;
  /** A hash of all the code that the program can load: runs of equal versions give equal results. */
  readonly version: string;
}

/**
 * Returns a function from the name of a program (see `programs.mjs`) to the program. Sources that run as they are, as
 * in a test, have the bundle made.
 */
export async function bundledPrograms(): Promise<(name: string) => BundledProgram> {
  const folder = await programFolder();
  const versions = JSON.parse(readFileSync(join(folder, 'versions.json'), 'utf8')) as Readonly<Record<string, string>>;
  return (name) => {
    const version = versions[name];
    if (version === undefined) throw new Error(`there is no program ${name}`);
    return { path: join(folder, `${name}.mjs`), version };
  };
}

/** Returns the command line that runs a program in a process of its own. */
export function commandLine({ path }: BundledProgram): readonly [program: string, ...args: string[]] {
  return [process.execPath, path];
}

/** The folder of the bundle that this code is part of, or one that is made of the sources. */
async function programFolder(): Promise<string> {
  if (typeof BUNDLED_FROM === 'undefined') {
    const { freshPrograms } = await import('./fresh-programs.mjs');
    const note = (text: string) => process.stderr.write(`${text}\n`);
    return freshPrograms({ root: ROOT, cacheFolder: PROGRAM_CACHE, note });
  }
  return fileURLToPath(new URL('.', import.meta.url));
}
