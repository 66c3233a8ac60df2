/** A timed fault of a plan file: a line as `--fault` has it, or a map with the same words. */
import type { Json } from '@dragon/engine';
import { completedFault, type Fault, type FaultKind, faultKindNamed, paramNames, readFault } from '@dragon/kernel';
import { FaultPlanError } from './fault-plan-error.ts';
import { entryAt, expectKeys, located, mapOf, textOf, timeOf } from './plan-words.ts';
import { jsonOf, type YamlValue } from './yaml-tree.ts';

/** Returns the fault, with what it leaves out as usual; throws a `FaultPlanError`. */
export function planFault(value: YamlValue): Fault {
  if (value.kind === 'scalar' && typeof value.value === 'string') {
    const text = value.value;
    return located(value.place, () => readFault(text));
  }
  const map = mapOf(value, "a fault: write one as in 'stall-cpu cpu=0 at=1s', or as keys with their values");
  const named = entryAt(map, 'fault', 'fault: stall-cpu, say').value;
  const kind = located(named.place, () => faultKindNamed(textOf(named, 'fault')));
  expectKeys(map, kind.kind, ['fault', 'at', ...paramNames(kind)]);
  const at = timeOf(entryAt(map, 'at', 'at: 2.5s, say').value);
  const params: [string, Json][] = [];
  for (const [key, { value: given }] of map.entries)
    if (key !== 'fault' && key !== 'at') params.push([key, paramOf(kind, key, given)]);
  const wrong = params.at(-1)?.[0] ?? 'fault';
  const place = params.length === 1 ? (map.entries.get(wrong)?.value.place ?? map.place) : map.place;
  return located(place, () => completedFault({ at, kind: kind.kind, params: Object.fromEntries(params) }));
}

function paramOf(kind: FaultKind, key: string, value: YamlValue): Json {
  if (kind.params.some(({ name, type }) => name === key && type === 'duration')) return timeOf(value);
  if (value.kind !== 'scalar' && key !== kind.carries)
    throw new FaultPlanError(value.place, `${key} is one value, not several`);
  return jsonOf(value);
}
