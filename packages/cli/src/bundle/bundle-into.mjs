/** Program that bundles all programs of this project, and the inspector's page beside them, for an image of its own. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepBundle, makeBundle, makePage } from './make-bundle.mjs';
import { programsOf } from './programs.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node packages/cli/src/bundle/bundle-into.mjs FOLDER\n');
  process.exit(64);
}
const root = resolve(fileURLToPath(new URL('../../../..', import.meta.url)));
const temporary = mkdtempSync(join(tmpdir(), 'dragon-bundle-'));
try {
  const parts = { programs: await makeBundle(root, programsOf(root), 'elsewhere'), page: await makePage(root) };
  for (const [name, bundle] of Object.entries(parts))
    cpSync(await keepBundle(bundle, join(temporary, name)), join(folder, name), { recursive: true });
} finally {
  rmSync(temporary, { recursive: true });
}
