/** The version of this program, as `--version` says it and as every `--json` output repeats it. */
export const PROGRAM_VERSION = '0.0.0';

/** As in `sleeping-dragon 0.0.0`. */
export const PROGRAM = `sleeping-dragon ${PROGRAM_VERSION}`;
