/** `dragon schema`: the JSON Schema of each `--json` output, and of the plans that `--plan` reads. */
import { unknownName } from '@dragon/kernel';
import { textTable } from '@dragon/report';
import { z } from 'zod';
import { UsageError } from './failure.ts';
import { FAULT_PLAN, faultPlanSchema } from './json/fault-plan-schema.ts';
import { commandOf, isJsonName, JSON_NAMES, jsonSchema } from './json/json-schemas.ts';

/** What there is a schema of, by name. */
export const SCHEMA_NAMES: readonly string[] = [...JSON_NAMES, FAULT_PLAN].sort();

/** Returns the JSON Schema called `name`, or the list of names without one; throws a `UsageError`. */
export function schemaText(name: string | undefined, width: number): string {
  if (name === undefined) {
    const rows = SCHEMA_NAMES.map((each) => [
      each,
      isJsonName(each) ? commandOf(each) : 'dragon run SCENARIO --plan FILE',
    ]);
    return `${textTable(rows, { width }).join('\n')}\n`;
  }
  // An output names its schema dragon/run.
  const plain = name.startsWith('dragon/') ? name.slice('dragon/'.length) : name;
  if (plain !== FAULT_PLAN && !isJsonName(plain)) throw new UsageError(unknownName('schema', name, SCHEMA_NAMES));
  const schema = plain === FAULT_PLAN ? faultPlanSchema : jsonSchema(plain);
  return `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
}
