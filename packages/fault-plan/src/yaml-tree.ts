/**
 * YAML as a tree of values that know their places. Of YAML it takes what JSON could say, and comments: no aliases,
 * which make much of little, no tags, no second document, and not more of it than a person writes.
 */
import type { Json } from '@dragon/engine';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { FaultPlanError, type Place } from './fault-plan-error.ts';

interface Placed {
  readonly place: Place;
}

interface YamlScalar extends Placed {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

interface YamlList extends Placed {
  readonly kind: 'list';
  readonly members: readonly YamlValue[];
}

/** Its keys are in a map, so that none of them means anything to JavaScript. */
export interface YamlMap extends Placed {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  readonly key: Place;
  readonly value: YamlValue;
}

export type YamlValue = YamlScalar | YamlList | YamlMap;

const MOST_CHARACTERS = 131_072;
const MOST_LEVELS = 16;
const TOO_DEEP = 'it is nested too deep';
const START: Place = { line: 1, column: 1 };

/** Returns what a text says; throws a `FaultPlanError` at the first thing that is not right. */
export function yamlTree(text: string): YamlValue {
  if (text.length > MOST_CHARACTERS)
    throw new FaultPlanError(START, `it has ${text.length} characters: a plan has at most ${MOST_CHARACTERS}`);
  const lineCounter = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = parsed(text, lineCounter);
  const [trouble] = [...document.errors, ...document.warnings];
  if (trouble !== undefined) throw new FaultPlanError(placeAt(trouble.pos[0]), inOneLine(trouble.message));
  const { contents } = document;
  if (contents === null) throw new FaultPlanError(START, 'it is empty: it has faults, or rules, or both');
  return treeOf(contents, placeAt, 0);
}

function parsed(text: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, merge: false, schema: 'core' });
  } catch (error) {
    if (error instanceof RangeError) throw new FaultPlanError(START, TOO_DEEP);
    throw error;
  }
}

/** The parser has no limit of nesting but the stack, and says so in words of its own. */
function inOneLine(message: string): string {
  const [line = ''] = message.split('\n');
  return line.startsWith('Maximum call stack') ? TOO_DEEP : line;
}

function treeOf(node: unknown, placeAt: (offset: number) => Place, level: number): YamlValue {
  const { range, tag } = node as Node;
  const place = placeAt(range?.[0] ?? 0);
  if (level > MOST_LEVELS) throw new FaultPlanError(place, TOO_DEEP);
  if (tag !== undefined) throw new FaultPlanError(place, `a plan has no tags: leave out ${tag}`);
  if (isScalar(node)) return { kind: 'scalar', place, value: scalarOf(node.value, place) };
  if (isSeq(node)) return { kind: 'list', place, members: node.items.map((item) => treeOf(item, placeAt, level + 1)) };
  if (!isMap(node)) throw new FaultPlanError(place, 'a plan has no aliases: write out what it stands for');
  const entries = new Map<string, YamlEntry>();
  for (const { key, value } of node.items) {
    const name = treeOf(key, placeAt, level + 1);
    if (name.kind !== 'scalar') throw new FaultPlanError(name.place, 'a key is a word');
    const word = String(name.value);
    entries.set(word, {
      key: name.place,
      value: value === null ? { kind: 'scalar', place: name.place, value: null } : treeOf(value, placeAt, level + 1),
    });
  }
  return { kind: 'map', place, entries };
}

function scalarOf(value: unknown, place: Place): YamlScalar['value'] {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new FaultPlanError(place, 'it is no number that JSON knows');
}

/** Returns the value as JSON has it; a key `__proto__` becomes a field like any other. */
export function jsonOf(value: YamlValue): Json {
  switch (value.kind) {
    case 'scalar':
      return value.value;
    case 'list':
      return value.members.map(jsonOf);
    case 'map':
      return Object.fromEntries([...value.entries].map(([key, entry]) => [key, jsonOf(entry.value)]));
  }
}
