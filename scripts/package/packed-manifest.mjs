/** Manifest of the package that people install: what `package.json` is in the tarball. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Modules for those who build agents of their own: name of the import -> source, relative to the root. */
export const LIBRARY = {
  engine: 'packages/engine/src/index.ts',
  statechart: 'packages/statechart/src/index.ts',
  report: 'packages/report/src/index.ts',
};

/**
 * The library takes machines that its users make with their own XState, and stands on what is private in that: it must
 * be the same copy of the same version; npm warns of another. The command has its own copy in it and needs no package.
 */
export const PEERS = ['xstate'];

/** What is packed; npm adds package.json, README.md and LICENSE. */
const FILES = [
  'dist',
  'man',
  'docs/*.md',
  'examples/*/src/*.ts',
  'examples/*/package.json',
  'examples/*/tsconfig.json',
  'CHANGELOG.md',
  'THIRD-PARTY-NOTICES',
];

/**
 * Returns the manifest. The workspace's own has no `bin`: with one, `npx dragon` in the project would install the
 * project instead of running it.
 *
 * @param {string} root
 * @param {Readonly<Record<string, unknown>>} workspace the manifest at the root of the project
 */
export function packedManifest(root, { name, version, description, keywords, license, author, type, engines }) {
  return {
    name,
    version,
    description,
    keywords,
    license,
    author,
    type,
    engines,
    bin: { dragon: 'dist/bin/dragon.mjs' },
    man: 'man/dragon.1',
    files: FILES,
    exports: {
      ...Object.fromEntries(
        Object.entries(LIBRARY).map(([each, source]) => [
          `./${each}`,
          { types: `./dist/types/${declarationOf(source)}`, default: `./dist/library/${each}.mjs` },
        ]),
      ),
      './package.json': './package.json',
    },
    peerDependencies: Object.fromEntries(PEERS.map((peer) => [peer, versionOf(root, peer)])),
    peerDependenciesMeta: Object.fromEntries(PEERS.map((peer) => [peer, { optional: true }])),
  };
}

/** `packages/engine/src/index.ts` -> `engine/src/index.d.ts`. */
const declarationOf = (source) => source.replace('packages/', '').replace('.ts', '.d.ts');

/** The version that the library is tested with. */
function versionOf(root, peer) {
  const manifest = join(root, 'packages/statechart/node_modules', peer, 'package.json');
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
