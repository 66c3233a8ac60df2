/** Paths of this project, whatever folder the command is started from. */
import { fileURLToPath } from 'node:url';

/** Set by the bundler: the URL of the project, as a bundle stands elsewhere than its sources. */
declare const BUNDLED_FROM: string | undefined;

/** The folder of the bundle that this code is part of; undefined where the sources run as they are. */
export const OWN_BUNDLE =
  typeof BUNDLED_FROM === 'undefined' ? undefined : fileURLToPath(new URL('.', import.meta.url));

const ROOT_URL = new URL(typeof BUNDLED_FROM === 'undefined' ? '../../../' : BUNDLED_FROM, import.meta.url);

export const ROOT = fileURLToPath(ROOT_URL);

/** Where a nats-server is kept that was not installed. */
export const NATS_CACHE = fileURLToPath(new URL('.cache/nats-server', ROOT_URL));

/** Where the programs of this project are kept, bundled. */
export const PROGRAM_CACHE = fileURLToPath(new URL('.cache/programs', ROOT_URL));

/** Where `dragon compare` keeps the runs that it has made. */
export const COMPARE_CACHE = fileURLToPath(new URL('.cache/compare', ROOT_URL));

/** Returns the URL of a file of this project. */
export const projectUrl = (path: string) => new URL(path, ROOT_URL);
