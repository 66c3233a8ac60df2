#!/usr/bin/env node
/** The `dragon` command: loads its bundle, and makes it first if the sources have changed. */
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freshPrograms } from '../src/bundle/fresh-programs.mjs';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** @param {string} text */
const note = (text) => process.stderr.write(`dragon: ${text}\n`);

try {
  const folder = await freshPrograms({ root, cacheFolder: join(root, '.cache', 'programs'), note });
  await import(pathToFileURL(join(folder, 'dragon.mjs')).href);
} catch (error) {
  if (error?.name === 'UnwritableFolder') {
    note(
      `the programs need a folder in ${tmpdir()}: ${error.message}; make room there, or set TMPDIR to another folder`,
    );
    process.exit(1);
  }
  if (error?.name !== 'BrokenSources') throw error;
  note(`the sources do not compile:\n${error.message.replaceAll(/^/gm, '    ')}`);
  process.exit(1);
}
