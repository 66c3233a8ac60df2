/** `dragon schema`: the JSON Schema of each `--json` output, and of the files that commands read. */
import { unknownName } from '@dragon/kernel';
import { textTable } from '@dragon/report';
import { z } from 'zod';
import { UsageError } from './failure.ts';
import { FAULT_PLAN, faultPlanSchema } from './json/fault-plan-schema.ts';
import { WORKLOAD, workloadSchema } from './json/workload-schema.ts';
import { commandOf, isJsonName, JSON_NAMES, jsonSchema } from './json/json-schemas.ts';

/** Files that a command reads, by the name of their schema. */
const FILES: { readonly [name: string]: { readonly command: string; readonly schema: z.ZodType } } = {
  [FAULT_PLAN]: { command: 'dragon run SCENARIO --plan FILE', schema: faultPlanSchema },
  [WORKLOAD]: { command: 'dragon conform FILE --simulate --workload FILE', schema: workloadSchema },
};

/** What there is a schema of, by name. */
export const SCHEMA_NAMES: readonly string[] = [...JSON_NAMES, ...Object.keys(FILES)].sort();

/** Returns the JSON Schema called `name`, or the list of names without one; throws a `UsageError`. */
export function schemaText(name: string | undefined, width: number): string {
  if (name === undefined) {
    const rows = SCHEMA_NAMES.map((each) => [each, isJsonName(each) ? commandOf(each) : (FILES[each]?.command ?? '')]);
    return `${textTable(rows, { width }).join('\n')}\n`;
  }
  // An output names its schema dragon/run.
  const plain = name.startsWith('dragon/') ? name.slice('dragon/'.length) : name;
  const schema = isJsonName(plain) ? jsonSchema(plain) : Object.hasOwn(FILES, plain) ? FILES[plain]?.schema : undefined;
  if (schema === undefined) throw new UsageError(unknownName('schema', name, SCHEMA_NAMES));
  return `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
}
