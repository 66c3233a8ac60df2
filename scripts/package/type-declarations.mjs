/** Type declarations of the library, made by the compiler from its sources: a tree of files without the workspace. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

/**
 * Writes the declarations of `sources` and of all that they import into `folder`, one for each source, under the names
 * of their packages.
 *
 * @param {string} root
 * @param {readonly string[]} sources relative to the root
 * @param {string} folder
 */
export function writeDeclarations(root, sources, folder) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  // In the project, as the compiler looks for packages from where its settings are.
  const scratch = mkdtempSync(join(root, '.cache', 'declarations-'));
  try {
    const settings = join(scratch, 'tsconfig.json');
    const packages = realpathSync(join(root, 'packages'));
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rewriteRelativeImportExtensions: true,
      rootDir: packages,
      outDir: folder,
      // Of what is found among node_modules, the compiler makes no declarations.
      paths: { '@dragon/*': [join(packages, '*/src/index.ts')] },
    };
    const files = sources.map((source) => realpathSync(join(root, source)));
    writeFileSync(settings, JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, files }));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', settings], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the library has no declarations:\n${stdout}`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.d.ts')) leaveWorkspace(folder, name);
}

/** Imports of packages of the workspace become imports of files; sources become what they are compiled to. */
function leaveWorkspace(folder, name) {
  const file = join(folder, name);
  const up = posix.join(relative(dirname(file), folder).replaceAll('\\', '/'), '.') || '.';
  const text = readFileSync(file, 'utf8')
    .replaceAll(/(['"])@dragon\/([\w-]+)\1/g, (_, quote, other) => `${quote}${up}/${other}/src/index.js${quote}`)
    .replaceAll(/(['"]\.[\w./-]+)\.ts(['"])/g, '$1.js$2');
  writeFileSync(file, text);
}
