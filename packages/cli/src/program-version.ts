/** Version of this program, as `package.json` at the root of the project has it: nowhere else is it written. */
import { readFileSync } from 'node:fs';
import { projectUrl } from './project-paths.ts';

/** Set by the bundler: a bundle may stand where there is no `package.json` of ours. */
declare const BUNDLED_VERSION: string | undefined;

export const PROGRAM_VERSION = typeof BUNDLED_VERSION === 'undefined' ? readVersion() : BUNDLED_VERSION;

/** As `--version` says it and as every `--json` output repeats it: `sleeping-dragon 1.2.3`. */
export const PROGRAM = `sleeping-dragon ${PROGRAM_VERSION}`;

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(projectUrl('package.json'), 'utf8')) as { readonly version: string };
  return version;
}
