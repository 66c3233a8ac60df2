/**
 * Bundle of this project's programs that fits the sources: the one that is there, if none of them has changed, or a new
 * one. In plain JavaScript and of few lines, as every start of the command runs it.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A file changed so shortly before bundling began may have been read in either state. */
const CLOCK_GRAIN_MS = 50;

/** So long is a bundle that is used every day not marked as used again. */
const MARK_MS = 24 * 60 * 60 * 1000;

/** What decides what is bundled besides the sources. */
const SETTINGS = ['package.json', 'pnpm-lock.yaml', 'tsconfig.json', 'tsconfig.base.json'];

/**
 * What a bundle was made of, kept beside it under the name `current.json`.
 *
 * @typedef {object} Manifest
 * @property {string} root where the project stood
 * @property {string} name the bundle's folder
 * @property {Record<string, Stamp>} sources by path, relative to the root
 */

/**
 * Place and date of a file's contents, and a hash of them.
 *
 * @typedef {object} Stamp
 * @property {number} mtimeMs
 * @property {number} ctimeMs
 * @property {number} size
 * @property {string} hash
 */

/**
 * Returns the folder of the bundle; makes it if a source has changed, which takes half a second. Where `cacheFolder`
 * cannot be written, says so with `note` and makes one in a temporary folder that is gone with this process. Rejects
 * with `BrokenSources`.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.cacheFolder
 * @param {(root: string) => Promise<import('./make-bundle.mjs').Bundle>} options.make
 * @param {(text: string) => void} options.note
 * @returns {Promise<string>}
 */
export async function freshBundle({ root: givenRoot, cacheFolder, make, note }) {
  // With or without a slash at its end it is the same.
  const root = resolve(givenRoot);
  const manifestFile = join(cacheFolder, 'current.json');
  const manifest = readManifest(manifestFile);
  if (manifest?.root === root && existsSync(join(cacheFolder, manifest.name))) {
    const change = changeSince(manifest);
    if (change === 'contents') return renew();
    if (change === 'dates') ifPossible(() => replaceFile(manifestFile, restamped(manifest)));
    const folder = join(cacheFolder, manifest.name);
    markUsed(folder);
    return folder;
  }
  return renew();

  async function renew() {
    const { keepBundle, UnwritableFolder } = await import('./make-bundle.mjs');
    const startedMs = Date.now();
    const bundle = await make(root);
    try {
      const folder = await keepBundle(bundle, cacheFolder);
      ifPossible(() => replaceFile(manifestFile, manifestOf(root, bundle, startedMs)));
      return folder;
    } catch (error) {
      if (!(error instanceof UnwritableFolder)) throw error;
      note(`the programs are bundled anew at each start, as they cannot be kept: ${error.message}`);
      const temporary = mkdtempSync(join(tmpdir(), 'dragon-programs-'));
      process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
      return keepBundle(bundle, temporary);
    }
  }
}

/**
 * @param {string} file
 * @returns {Manifest | undefined} undefined if there is none that can be read
 */
function readManifest(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Looks at dates first, and at contents only where they differ.
 *
 * @param {Manifest} manifest
 * @returns {'none' | 'dates' | 'contents'}
 */
function changeSince({ root, sources }) {
  const touched = Object.entries(sources).filter(([path, stamp]) => !hasDatesOf(stampOf(join(root, path)), stamp));
  if (touched.length === 0) return 'none';
  return touched.every(([path, { hash }]) => hashOf(join(root, path)) === hash) ? 'dates' : 'contents';
}

/**
 * @param {Omit<Stamp, 'hash'>} left
 * @param {Omit<Stamp, 'hash'>} right
 */
const hasDatesOf = (left, right) =>
  left.mtimeMs === right.mtimeMs && left.ctimeMs === right.ctimeMs && left.size === right.size;

/**
 * @param {string} path
 * @returns {Omit<Stamp, 'hash'>} of an absent file: zeros
 */
function stampOf(path) {
  const { mtimeMs, ctimeMs, size } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0, ctimeMs: 0, size: 0 };
  return { mtimeMs, ctimeMs, size };
}

/** @param {string} path */
function hashOf(path) {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16) : 'absent';
}

/**
 * @param {Manifest} manifest
 * @returns {Manifest} with the dates of now
 */
function restamped(manifest) {
  const sources = Object.entries(manifest.sources).map(([path, { hash }]) => [
    path,
    { ...stampOf(join(manifest.root, path)), hash },
  ]);
  return { ...manifest, sources: Object.fromEntries(sources) };
}

/**
 * @param {string} root
 * @param {import('./make-bundle.mjs').Bundle} bundle
 * @param {number} startedMs
 * @returns {Manifest}
 */
function manifestOf(root, { name, sources }, startedMs) {
  const all = new Set([...sources, ...SETTINGS, ...sources.flatMap(manifestsAbove)]);
  const stamps = [...all].map((path) => {
    const stamp = stampOf(join(root, path));
    const isOlder = Math.max(stamp.mtimeMs, stamp.ctimeMs) < startedMs - CLOCK_GRAIN_MS;
    return [path, { ...stamp, ...(isOlder ? { hash: hashOf(join(root, path)) } : { mtimeMs: -1, hash: 'unknown' }) }];
  });
  return { root, name, sources: Object.fromEntries(stamps) };
}

/**
 * A package's `package.json` says which file an import means.
 *
 * @param {string} source
 */
function manifestsAbove(source) {
  const [parent = '', name = ''] = source.split('/');
  return [join(parent, name, 'package.json')];
}

/**
 * @param {string} file
 * @param {Manifest} manifest
 */
function replaceFile(file, manifest) {
  const temporary = join(dirname(file), `current.${process.pid}.json`);
  writeFileSync(temporary, JSON.stringify(manifest));
  renameSync(temporary, file);
}

/** @param {string} folder */
function markUsed(folder) {
  const { mtimeMs } = stampOf(folder);
  if (Date.now() - mtimeMs > MARK_MS) ifPossible(() => utimesSync(folder, new Date(), new Date()));
}

/**
 * Saves the next start a little work; without it, this one is none the worse.
 *
 * @param {() => void} action
 */
function ifPossible(action) {
  try {
    action();
  } catch {
    // A folder that can be read only.
  }
}
