/** `dragon schema`: the JSON Schema of each `--json` output. */
import { unknownName } from '@dragon/kernel';
import { textTable } from '@dragon/report';
import { z } from 'zod';
import { UsageError } from './failure.ts';
import { commandOf, isJsonName, JSON_NAMES, jsonSchema } from './json/json-schemas.ts';

/** Returns the JSON Schema of the output `name`, or the list of names without one; throws a `UsageError`. */
export function schemaText(name: string | undefined, width: number): string {
  if (name === undefined) {
    const rows = JSON_NAMES.map((each) => [each, commandOf(each)]);
    return `${textTable(rows, { width }).join('\n')}\n`;
  }
  // An output names its schema dragon/run.
  const plain = name.startsWith('dragon/') ? name.slice('dragon/'.length) : name;
  if (!isJsonName(plain)) throw new UsageError(unknownName('schema', name, JSON_NAMES));
  return `${JSON.stringify(z.toJSONSchema(jsonSchema(plain)), null, 2)}\n`;
}
