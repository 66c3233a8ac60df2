/** Paths of this program's files, whatever folder the command is started from. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

/** Set by the bundler: the URL of the project, which a bundle does not stand in; `./` where there is no project. */
declare const BUNDLED_FROM: string | undefined;

/** Whether this is an installed program: there is no project around it, and its folder may be read only. */
export const IS_INSTALLED = typeof BUNDLED_FROM !== 'undefined' && BUNDLED_FROM === './';

const ROOT_URL = new URL(typeof BUNDLED_FROM === 'undefined' ? '../../../' : BUNDLED_FROM, import.meta.url);

/** The project, or the folder of the programs where they are installed. */
export const ROOT = fileURLToPath(ROOT_URL);

/** What is kept from one start to the next: in the project, or where the platform has such things. */
export const CACHE = IS_INSTALLED ? envPaths('sleeping-dragon', { suffix: '' }).cache : join(ROOT, '.cache');

/** Where a nats-server is kept that was not installed. */
export const NATS_CACHE = join(CACHE, 'nats-server');

/** Where the programs of this project are kept, bundled. */
export const PROGRAM_CACHE = join(CACHE, 'programs');

/** Where the inspector's page is kept, bundled. */
export const PAGE_CACHE = join(CACHE, 'page');

/** Where `dragon compare` keeps the runs that it has made. */
export const COMPARE_CACHE = join(CACHE, 'compare');

/** Where `dragon chaos` keeps the runs of its hunts, and the plans of what they found. */
export const CHAOS_CACHE = join(CACHE, 'chaos');

/** Where runs are kept that may go on when all their processes are gone: `$XDG_STATE_HOME` on Linux. */
export const KEPT_RUNS = join(envPaths('sleeping-dragon', { suffix: '' }).log, 'runs');

/** Returns the URL of a file of this project. */
export const projectUrl = (path: string) => new URL(path, ROOT_URL);
