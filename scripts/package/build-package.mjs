/**
 * Contents of the package that people install: the programs, bundled, the library with its declarations, and the
 * inspector's page.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBundle, makeLibrary, makePage } from '../../packages/cli/src/bundle/make-bundle.mjs';
import { programsOf } from '../../packages/cli/src/bundle/programs.mjs';
import { LIBRARY, packedManifest, PEERS } from './packed-manifest.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';
import { writeDeclarations } from './type-declarations.mjs';

/** What an old Node can read says that it is too old; the programs it could not even parse. */
const BIN = `#!/usr/bin/env node
/** The \`dragon\` command. */
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(\`sleeping-dragon needs Node 20.19 or newer; this is Node \${process.versions.node}.\\n\`);
  process.exit(1);
}
await import('../programs/dragon.mjs');
`;

/**
 * Makes the folder `dist` of the project, anew. Returns the manifest to be packed with it, and the notices that belong
 * to it.
 *
 * @param {string} root
 */
export async function buildPackage(root) {
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const programs = await makeBundle(root, programsOf(root), 'elsewhere');
  const library = await makeLibrary(root, LIBRARY, PEERS);
  const page = await makePage(root);
  writeFiles(join(dist, 'programs'), programs.files);
  writeFiles(join(dist, 'library'), library.files);
  writeFiles(join(dist, 'page'), page.files);
  writeFiles(join(dist, 'bin'), [{ name: 'dragon.mjs', contents: BIN }]);
  writeDeclarations(root, Object.values(LIBRARY), join(dist, 'types'));
  return {
    manifest: packedManifest(root, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))),
    notices: thirdPartyNotices(root, [...programs.packages, ...library.packages, ...page.packages]),
  };
}

function writeFiles(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const { name, contents } of files) writeFileSync(join(folder, name), contents);
}
