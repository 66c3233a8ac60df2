/** Schemas of all `--json` outputs, by name: what `dragon schema` prints, and what tests hold every output to. */
import { z } from 'zod';
import { COMPARE_AGAINST_FIELDS, IMPORT_BOOTS_FIELDS } from './boots-fields.ts';
import { CALIBRATE_FIELDS } from './calibrate-fields.ts';
import { CHAOS_FIELDS } from './chaos-fields.ts';
import { CHAOS_LIST_FIELDS } from './chaos-list-fields.ts';
import { COMPARE_FIELDS } from './compare-fields.ts';
import { COMPARE_SAMPLE_FIELDS } from './compare-sample-fields.ts';
import { CONFORM_FIELDS, CONFORM_SIMULATE_FIELDS } from './conform-fields.ts';
import { IMPORT_DMESG_FIELDS } from './import-dmesg-fields.ts';
import { IMPORT_FTRACE_FIELDS } from './import-ftrace-fields.ts';
import { JSON_VERSIONS, type JsonName } from './json-output.ts';
import { LIST_FIELDS } from './list-fields.ts';
import { RUN_FIELDS } from './run-fields.ts';
import { SELFTEST_FIELDS } from './selftest-fields.ts';
import { SHRINK_FIELDS } from './shrink-fields.ts';
import { SWEEP_FIELDS } from './sweep-fields.ts';

/** An output: which command makes it, and its fields without those that all outputs begin with. */
interface JsonOutput {
  readonly command: string;
  readonly fields: z.ZodRawShape;
}

/** A new output needs its name in `JSON_VERSIONS`, a file of fields, and a row here. */
const OUTPUTS: Readonly<Record<JsonName, JsonOutput>> = {
  calibrate: { command: 'dragon calibrate FILE --json', fields: CALIBRATE_FIELDS },
  chaos: { command: 'dragon chaos SCENARIO --json', fields: CHAOS_FIELDS },
  'chaos-list': { command: 'dragon chaos list --json', fields: CHAOS_LIST_FIELDS },
  compare: { command: 'dragon compare SCENARIO --json', fields: COMPARE_FIELDS },
  'compare-against': { command: 'dragon compare SCENARIO --against FILE --json', fields: COMPARE_AGAINST_FIELDS },
  'compare-sample': { command: 'dragon compare SCENARIO --sample N --json', fields: COMPARE_SAMPLE_FIELDS },
  conform: { command: 'dragon conform FILE --json', fields: CONFORM_FIELDS },
  'conform-simulate': { command: 'dragon conform FILE --simulate --json', fields: CONFORM_SIMULATE_FIELDS },
  'import-boots': { command: 'dragon import boots DIR --json', fields: IMPORT_BOOTS_FIELDS },
  'import-dmesg': { command: 'dragon import dmesg FILE --json', fields: IMPORT_DMESG_FIELDS },
  'import-ftrace': { command: 'dragon import ftrace FILE --json', fields: IMPORT_FTRACE_FIELDS },
  list: { command: 'dragon list --json', fields: LIST_FIELDS },
  run: { command: 'dragon run SCENARIO --json', fields: RUN_FIELDS },
  selftest: { command: 'dragon selftest --json', fields: SELFTEST_FIELDS },
  shrink: { command: 'dragon shrink SCENARIO --json', fields: SHRINK_FIELDS },
  sweep: { command: 'dragon sweep SCENARIO --json', fields: SWEEP_FIELDS },
};

export const JSON_NAMES = Object.keys(OUTPUTS).sort() as readonly JsonName[];

export const isJsonName = (name: string): name is JsonName => Object.hasOwn(OUTPUTS, name);

/** Returns the command whose output it is. */
export const commandOf = (name: JsonName): string => OUTPUTS[name].command;

/** Returns the schema. It knows every field: one too many is as wrong as one too few. */
export function jsonSchema(name: JsonName): z.ZodType {
  const { command, fields } = OUTPUTS[name];
  return z
    .strictObject({
      schema: z.literal(`dragon/${name}`),
      schemaVersion: z.literal(JSON_VERSIONS[name]),
      program: z.string().describe('name and version of the program that made it'),
      ...fields,
    })
    .describe(`what '${command}' prints`);
}
