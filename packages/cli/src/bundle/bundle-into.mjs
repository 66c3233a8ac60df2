/** Program that bundles all programs of this project into a folder of its own, for an image that has nothing else. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepBundle, makeBundle } from './make-bundle.mjs';
import { programsOf } from './programs.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node packages/cli/src/bundle/bundle-into.mjs FOLDER\n');
  process.exit(64);
}
const root = resolve(fileURLToPath(new URL('../../../..', import.meta.url)));
const temporary = mkdtempSync(join(tmpdir(), 'dragon-bundle-'));
try {
  const bundle = await makeBundle(root, programsOf(root), 'elsewhere');
  cpSync(await keepBundle(bundle, temporary), folder, { recursive: true });
} finally {
  rmSync(temporary, { recursive: true });
}
