/**
 * JSON on standard output: one object on one line, which begins with what it is and which program made it. The only
 * place where a command makes any; the shapes are in `json-schemas.ts`, which is not loaded for that.
 */
import { printableJson } from '@dragon/report';
import { PROGRAM } from '../program-version.ts';

/** The outputs and the version of each, to be counted up when a field changes its meaning, its type or its name. */
export const JSON_VERSIONS = {
  calibrate: 1,
  chaos: 1,
  'chaos-list': 1,
  compare: 1,
  'compare-against': 1,
  'compare-sample': 1,
  conform: 1,
  'conform-simulate': 2,
  'import-boots': 1,
  'import-dmesg': 1,
  'import-ftrace': 1,
  list: 1,
  run: 1,
  selftest: 1,
  shrink: 1,
  sweep: 1,
} as const;

export type JsonName = keyof typeof JSON_VERSIONS;

/** Returns the line of `content`: first the name of its schema, as in `dragon/run`, its version, and the program. */
export function jsonLine(name: JsonName, content: object): string {
  const heading = { schema: `dragon/${name}`, schemaVersion: JSON_VERSIONS[name], program: PROGRAM };
  return `${printableJson(JSON.stringify({ ...heading, ...content }))}\n`;
}
