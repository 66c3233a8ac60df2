/** Bundler of this project's programs: a folder of files that Node loads at once, whole or not at all. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What was bundled and not used for so long is removed: a command that runs may still load a part of its own bundle.
 */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** CommonJS packages ask for Node's own modules by `require`. */
const BANNER =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** The sources cannot be bundled: the message says where they are wrong, one line for each error. */
class BrokenSources extends Error {
  /** @override */
  name = 'BrokenSources';
}

/** The bundle cannot be kept where it belongs; the message says why. */
export class UnwritableFolder extends Error {
  /** @override */
  name = 'UnwritableFolder';
}

/**
 * @typedef {object} Bundle
 * @property {string} name a hash of all that is in it
 * @property {readonly { name: string, contents: Uint8Array | string }[]} files
 * @property {readonly string[]} sources the files of this project that went into it, relative to the root
 * @property {readonly string[]} packages the folders of the npm packages that went into it, relative to the root
 */

/**
 * Returns the programs, bundled, in memory. Parts that several programs share, or that are imported when they are
 * needed, are files of their own. No `keepNames`: it makes every closure cost a call of `defineProperty`.
 *
 * @param {string} root
 * @param {Readonly<Record<string, string>>} programs name -> source file, relative to the root
 * @param {'here' | 'elsewhere'} stands whether it runs where the project is, or where there is nothing but the bundle
 * @returns {Promise<Bundle>}
 */
export async function makeBundle(root, programs, stands = 'here') {
  const from = pathToFileURL(join(root, '/')).href;
  const { files: outputs, metafile } = await bundled(root, programs, {
    platform: 'node',
    sourcemap: 'linked',
    sourcesContent: false,
    // What goes elsewhere is sent there: names stay, for whoever reads a stack.
    ...(stands === 'here' ? { sourceRoot: from } : { minifyWhitespace: true }),
    define: {
      BUNDLED_FROM: JSON.stringify(stands === 'here' ? from : './'),
      BUNDLED_VERSION: JSON.stringify(versionAt(root)),
    },
    banner: { js: BANNER },
  });
  const files = [
    ...outputs,
    { name: 'versions.json', contents: JSON.stringify(versionsOf(outputs, metafile, programs)) },
  ];
  return { name: hashOf(files), files, sources: sourcesOf(metafile), packages: packagesOf(metafile) };
}

/**
 * Returns modules, bundled, in memory: for a program that brings the packages in `external` along.
 *
 * @param {string} root
 * @param {Readonly<Record<string, string>>} modules name -> source file, relative to the root
 * @param {readonly string[]} external
 * @returns {Promise<Pick<Bundle, 'files' | 'packages'>>}
 */
export async function makeLibrary(root, modules, external) {
  const { files, metafile } = await bundled(root, modules, { platform: 'neutral', external: [...external] });
  return { files, packages: packagesOf(metafile) };
}

/** The parts of the inspector's page that a browser loads one by one: scripts share nothing. */
const PAGE_PARTS = /** @type {const} */ ([
  ['page', 'packages/inspector-page/src/main.tsx'],
  ['page', 'packages/inspector-page/src/page.css'],
  ['run-worker', 'packages/inspector-page/src/run-worker.ts'],
]);

/** What of the page stands as it is. */
const PAGE_HTML = 'packages/inspector-page/src/page.html';
/** The worker that lays out charts, as its makers ship it: loaded by the page, or by the command, when it is needed. */
const ELK = {
  name: 'elk-worker.js',
  package: 'packages/inspector-page/node_modules/elkjs',
  file: 'lib/elk-worker.min.js',
};

/**
 * Returns the inspector's page, bundled, in memory: `page.html` and what it loads.
 *
 * @param {string} root
 * @returns {Promise<Bundle>}
 */
export async function makePage(root) {
  const parts = await Promise.all(
    PAGE_PARTS.map(([name, source]) =>
      bundled(
        root,
        { [name]: source },
        {
          platform: 'browser',
          format: 'iife',
          splitting: false,
          minify: true,
          outExtension: {},
          target: 'es2023',
          jsx: 'automatic',
          jsxImportSource: 'preact',
          legalComments: 'none',
        },
      ),
    ),
  );
  const html = { name: 'page.html', contents: readFileSync(join(root, PAGE_HTML)) };
  const elk = { name: ELK.name, contents: readFileSync(join(root, ELK.package, ELK.file)) };
  const files = [html, elk, ...parts.flatMap(({ files: outputs }) => outputs)];
  return {
    name: hashOf(files),
    files,
    sources: [...new Set([PAGE_HTML, ...parts.flatMap(({ metafile }) => sourcesOf(metafile))])],
    packages: [...new Set([ELK.package, ...parts.flatMap(({ metafile }) => packagesOf(metafile))])].sort(),
  };
}

/**
 * @param {string} root
 * @param {Readonly<Record<string, string>>} entries
 * @param {import('esbuild').BuildOptions} settings
 */
async function bundled(root, entries, settings) {
  // Only who bundles needs it. At once, as esbuild's service for builds in the background is shared, and outlives them.
  const { buildSync } = await import('esbuild');
  try {
    const { outputFiles, metafile } = buildSync({
      splitting: true,
      format: 'esm',
      outExtension: { '.js': '.mjs' },
      target: 'node20',
      ...settings,
      absWorkingDir: root,
      entryPoints: Object.entries(entries).map(([name, source]) => ({ in: source, out: name })),
      outdir: '.',
      bundle: true,
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    return { files: outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })), metafile };
  } catch (error) {
    throw explained(error);
  }
}

/**
 * Keeps a bundle in `cacheFolder`, under its name, and returns its folder. Whoever keeps the same at the same time
 * finds the same.
 *
 * @param {Bundle} bundle
 * @param {string} cacheFolder
 * @returns {Promise<string>}
 */
export async function keepBundle({ name, files }, cacheFolder) {
  const folder = join(cacheFolder, name);
  try {
    if (!(await exists(folder))) await writeFolder(folder, files);
    await removeUnused(cacheFolder, name);
    return folder;
  } catch (error) {
    throw new UnwritableFolder(textOf(error));
  }
}

/**
 * Writes beside the folder and renames: it is there as a whole or not at all.
 *
 * @param {string} folder
 * @param {Bundle['files']} files
 */
async function writeFolder(folder, files) {
  await mkdir(dirname(folder), { recursive: true });
  // Not mkdtemp: nobody else could enter that, and an image starts its programs as another user.
  const temporary = `${folder}.${randomUUID()}`;
  await mkdir(temporary);
  try {
    await Promise.all(files.map(({ name, contents }) => writeFile(join(temporary, name), contents)));
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Somebody else was first, with the same contents.
    if (!(await exists(folder))) throw error;
  }
}

/**
 * @param {string} cacheFolder
 * @param {string} used
 */
async function removeUnused(cacheFolder, used) {
  for (const name of await readdir(cacheFolder)) {
    const path = join(cacheFolder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (name !== used && Date.now() - mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true });
  }
}

/** @param {string} path */
const exists = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * The version of the project, for its programs to say.
 *
 * @param {string} root
 * @returns {string}
 */
function versionAt(root) {
  const manifest = join(root, 'package.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : 'unknown';
}

/** @param {import('esbuild').Metafile} metafile */
const sourcesOf = ({ inputs }) => Object.keys(inputs).filter((path) => !path.includes('node_modules/'));

/** @param {import('esbuild').Metafile} metafile */
function packagesOf({ outputs }) {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path.split('/')] : [])),
  );
  const folders = used.flatMap((path) => {
    const at = path.lastIndexOf('node_modules');
    if (at < 0) return [];
    return [path.slice(0, at + (path[at + 1]?.startsWith('@') ? 3 : 2)).join('/')];
  });
  return [...new Set(folders)].sort();
}

/**
 * A hash for each program of all the code that it can load.
 *
 * @param {Bundle['files']} files
 * @param {import('esbuild').Metafile} metafile
 * @param {Readonly<Record<string, string>>} programs
 */
function versionsOf(files, { outputs }, programs) {
  const byName = new Map(files.map((file) => [file.name, file]));
  const versions = Object.keys(programs).map((program) => {
    const reached = new Set([`${program}.mjs`]);
    for (const name of reached)
      for (const { path, external } of outputs[name]?.imports ?? []) if (!external) reached.add(basename(path));
    const code = [...reached].sort().map((name) => byName.get(name) ?? { name, contents: '' });
    return [program, hashOf(code)];
  });
  return Object.fromEntries(versions);
}

/** @param {Bundle['files']} files */
function hashOf(files) {
  const hash = createHash('sha256');
  for (const { name, contents } of files) hash.update(name).update(contents);
  return hash.digest('hex').slice(0, 16);
}

/** @param {unknown} error */
function explained(error) {
  if (!(error instanceof Error) || !('errors' in error)) return error;
  const { errors } = /** @type {import('esbuild').BuildFailure} */ (error);
  const lines = errors.map(({ text, location: at }) => (at ? `${at.file}:${at.line}:${at.column + 1}: ${text}` : text));
  return new BrokenSources(lines.join('\n'));
}

/** @param {unknown} error */
const textOf = (error) => (error instanceof Error ? error.message : String(error));
