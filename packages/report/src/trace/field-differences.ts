/** Differences of two pieces of JSON data, field by field. */
import { compareText, type Json } from '@dragon/engine';

/** `path` is as in `message.inodes[2].count`; a side that lacks the field is undefined. */
export interface FieldDifference {
  readonly path: string;
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

/**
 * Returns every field that differs, deepest path first named whole, in text order of keys. The order of keys does not
 * matter.
 */
export function fieldDifferences(left: Json | undefined, right: Json | undefined, path = ''): FieldDifference[] {
  if (Object.is(left, right)) return [];
  if (isList(left) && isList(right)) {
    const indexes = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => i);
    return indexes.flatMap((i) => fieldDifferences(left[i], right[i], `${path}[${i}]`));
  }
  if (isRecord(left) && isRecord(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort(compareText);
    return keys.flatMap((key) =>
      fieldDifferences(ownField(left, key), ownField(right, key), path === '' ? key : `${path}.${key}`),
    );
  }
  return [{ path, left, right }];
}

/** What all objects have, as `toString`, is no field of one. */
const ownField = (record: { readonly [key: string]: Json | undefined }, key: string): Json | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
