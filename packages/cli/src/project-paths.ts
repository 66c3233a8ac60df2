/** Paths of this project, whatever folder the command is started from. */
import { fileURLToPath } from 'node:url';

const ROOT_URL = new URL('../../../', import.meta.url);

export const ROOT = fileURLToPath(ROOT_URL);

/** Where a nats-server is kept that was not installed. */
export const NATS_CACHE = fileURLToPath(new URL('.cache/nats-server', ROOT_URL));

/** Where the programs of federate processes are kept, bundled. */
export const PROCESS_CACHE = fileURLToPath(new URL('.cache/processes', ROOT_URL));

/** Where `dragon compare` keeps the runs that it has made. */
export const COMPARE_CACHE = fileURLToPath(new URL('.cache/compare', ROOT_URL));

/** Returns the URL of a file of this project. */
export const projectUrl = (path: string) => new URL(path, ROOT_URL);
