/** Bundles of this project: its programs, and the inspector's page, both kept as long as they fit the sources. */
import { freshBundle } from './fresh-bundle.mjs';
import { programsOf } from './programs.mjs';

/**
 * @typedef {object} Place
 * @property {string} root
 * @property {string} cacheFolder
 * @property {(text: string) => void} note
 */

/**
 * Returns the folder of the programs, as `freshBundle` does.
 *
 * @param {Place} place
 * @returns {Promise<string>}
 */
export function freshPrograms(place) {
  return freshBundle({
    ...place,
    make: async (root) => (await import('./make-bundle.mjs')).makeBundle(root, programsOf(root)),
  });
}

/**
 * Returns the folder of the inspector's page, as `freshBundle` does.
 *
 * @param {Place} place
 * @returns {Promise<string>}
 */
export function freshPage(place) {
  return freshBundle({ ...place, make: async (root) => (await import('./make-bundle.mjs')).makePage(root) });
}
