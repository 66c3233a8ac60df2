/** Mutations of values as JSON or msgpack has them: other kinds, edges, deep nesting, keys that mean something. */
import type { Draw } from '../draw.ts';
import { edgeNumber, hostileWord } from './hostile-words.ts';

type Container = unknown[] | Record<string, unknown>;

const DEPTHS = [2, 64, 1_000, 20_000] as const;
const LENGTHS = [0, 1, 4_096, 70_000] as const;

/** Returns the value with one to three of its parts changed; the value itself is used up. */
export function mutatedTree(value: unknown, draw: Draw): unknown {
  const root: [unknown] = [value];
  for (let left = 1 + draw.small(3); left > 0; left -= 1) {
    const [container, key] = drawnPlace(root, draw);
    if (Array.isArray(container)) changeList(container, Number(key), draw);
    else changeMember(container, String(key), draw);
  }
  return root[0];
}

function changeList(list: unknown[], at: number, draw: Draw): void {
  switch (draw.below(6)) {
    case 0:
      list.splice(at, 1);
      return;
    case 1:
      list.splice(at, 0, list[draw.below(list.length)]);
      return;
    case 2: {
      const other = draw.below(list.length);
      [list[at], list[other]] = [list[other], list[at]];
      return;
    }
    default:
      list[at] = otherValue(list[at], draw);
  }
}

function changeMember(object: Record<string, unknown>, key: string, draw: Draw): void {
  switch (draw.below(6)) {
    case 0:
      Reflect.deleteProperty(object, key);
      return;
    case 1:
      define(object, hostileWord(draw), otherValue(object[key], draw));
      return;
    case 2:
      define(object, hostileWord(draw), object[key]);
      Reflect.deleteProperty(object, key);
      return;
    default:
      define(object, key, otherValue(object[key], draw));
  }
}

/** An own member, whatever it is called. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function otherValue(value: unknown, draw: Draw): unknown {
  if (typeof value === 'number' && draw.once(2)) return value + draw.of([1, -1, 0.5, 1_000, -value, value]);
  if (typeof value === 'string' && draw.once(2)) {
    const at = draw.below(value.length + 1);
    return `${value.slice(0, at)}${hostileWord(draw)}${value.slice(at)}`;
  }
  switch (draw.below(8)) {
    case 0:
      return draw.of([null, true, false, [], {}]);
    case 1:
    case 2:
      return Number(edgeNumber(draw));
    case 3:
      return hostileWord(draw);
    case 4:
      return 'x'.repeat(draw.of([...LENGTHS]));
    case 5:
      return Array.from({ length: draw.of([...LENGTHS]) }, () => 0);
    case 6:
      return nested(draw.of([...DEPTHS]), draw.once(2));
    default:
      return [value];
  }
}

function nested(depth: number, asObjects: boolean): unknown {
  let value: unknown = null;
  for (let left = depth; left > 0; left -= 1) value = asObjects ? { a: value } : [value];
  return value;
}

/** Returns any part of the tree, by the container that has it; near the root as often as at the leaves. */
function drawnPlace(root: [unknown], draw: Draw): readonly [Container, string | number] {
  let [container, key]: readonly [Container, string | number] = [root, 0];
  for (;;) {
    const value: unknown = (container as Record<string | number, unknown>)[key];
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [container, key];
    const keys: readonly (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
    const next = draw.among(keys);
    if (next === undefined || draw.once(5)) return [container, key];
    [container, key] = [value as Container, next];
  }
}
