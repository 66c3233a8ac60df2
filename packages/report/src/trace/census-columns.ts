/**
 * A census in columns, as a block of a trace has it: instants of the grid, and at each what is another number than
 * before. A series is one number of one agent; its first value in a block is the number itself, so that a block is
 * readable without those before it.
 */
import type { AgentId, CensusSample, Json, VirtualTime } from '@dragon/engine';
import { Places } from './places.ts';
import type { RowColumns } from './row-columns.ts';
import { isCount, isInteger, isList, isName, isObject, type Malformed } from './trace-fields.ts';

/** From `at` on the numbers of an agent with these names are others; null: it says nothing of it any more. */
export interface CensusDelta {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly numbers: { readonly [name: string]: number | null };
}

export type CensusColumns = {
  /** Those that no row of the block names; their places follow those of the rows. */
  readonly agents: readonly AgentId[];
  readonly names: readonly string[];
  /** For each series the places of its agent and of its name. */
  readonly of: readonly number[];
  readonly name: readonly number[];
  /** Nanoseconds since the instant before; of the first, since the start of the run. */
  readonly at: readonly number[];
  /** How many numbers change at each instant. */
  readonly changes: readonly number[];
  /** The places of the series that change, instant by instant. */
  readonly which: readonly number[];
  /** The difference to the value before; the value itself after null and at first. */
  readonly value: readonly (number | null)[];
};

/** Returns columns of changes that are in the order of their instants, and of agents within one. */
export function censusColumns(deltas: readonly CensusDelta[], rows: RowColumns): CensusColumns {
  const [agents, names] = [new Places(rows.agents), new Places()];
  const places = new Map<AgentId, Map<string, number>>();
  const [of, nameOf]: [number[], number[]] = [[], []];
  const values: (number | null)[] = [];
  const [at, changes, which, value]: [number[], number[], number[], (number | null)[]] = [[], [], [], []];
  let now: VirtualTime = 0;
  for (const delta of deltas) {
    if (at.length === 0 || delta.at > now) {
      at.push(delta.at - now);
      changes.push(0);
      now = delta.at;
    }
    let named = places.get(delta.agent);
    if (named === undefined) places.set(delta.agent, (named = new Map()));
    for (const [name, number] of Object.entries(delta.numbers)) {
      let place = named.get(name);
      if (place === undefined) {
        place = of.length;
        named.set(name, place);
        of.push(agents.of(delta.agent));
        nameOf.push(names.of(name));
        values.push(null);
      }
      which.push(place);
      value.push(number === null ? null : number - (values[place] ?? 0));
      values[place] = number;
      changes[changes.length - 1] = (changes.at(-1) ?? 0) + 1;
    }
  }
  const others = agents.list().slice(rows.agents.length);
  return { agents: others, names: names.list(), of, name: nameOf, at, changes, which, value };
}

/** Returns the changes that columns of so many instants have, checked; `rows` are those of the same block. */
export function deltasOfCensus(
  columns: Json | undefined,
  instants: number,
  rows: RowColumns,
  malformed: Malformed,
): CensusDelta[] {
  if (!isObject(columns)) throw malformed('its census is not columns');
  const bad = (why: string) => malformed(`its census is not what it must be: ${why}`);
  const listed = (name: keyof CensusColumns, length = -1): readonly Json[] => {
    const found = columns[name];
    if (!isList(found) || (length >= 0 && found.length !== length))
      throw bad(length < 0 ? `"${name}" must be a list` : `"${name}" must be a list of ${length}`);
    return found;
  };
  const agents = [...rows.agents, ...listed('agents')];
  const [names, of] = [listed('names'), listed('of')];
  const series = listed('name', of.length).map((place, i): readonly [AgentId, string] => {
    const [agent, name] = [agents[Number(of[i])], names[Number(place)]];
    if (!isName(agent) || !isName(name)) throw bad('a series is an agent and a name');
    return [agent, name];
  });
  const [changes, which] = [listed('changes', instants), listed('which')];
  const value = listed('value', which.length);
  const values = series.map((): number | null => null);
  const deltas: CensusDelta[] = [];
  let [now, next] = [0, 0];
  for (const [i, since] of listed('at', instants).entries()) {
    const count = changes[i];
    if (!isCount(since) || !isCount(count)) throw bad('instants and numbers of changes are integers from 0 on');
    now += since;
    let last: { agent: AgentId; numbers: { [name: string]: number | null } } | undefined;
    for (const end = next + count; next < end; next += 1) {
      const place = which[next];
      const named = isCount(place) ? series[place] : undefined;
      const change = value[next];
      if (named === undefined || !isCount(place) || (change !== null && typeof change !== 'number'))
        throw bad('a change is a series and a number');
      const [agent, name] = named;
      const number = change === null ? null : (values[place] ?? 0) + change;
      // Things that are counted, which formats of other programs have as integers.
      if (number !== null && !isInteger(number)) throw bad('what it counts is an integer');
      values[place] = number;
      if (last?.agent !== agent) {
        // Without a prototype, so that any name is one, `__proto__` too.
        last = { agent, numbers: Object.create(null) as { [name: string]: number | null } };
        deltas.push({ at: now, ...last });
      }
      last.numbers[name] = number;
    }
  }
  if (next !== which.length) throw bad('there are more changes than instants say');
  return deltas;
}

/** Puts a census together: what every agent says, from changes. */
export class CensusDecoder {
  readonly #known = new Map<AgentId, CensusSample['numbers']>();

  /** Returns all that the agent says from the instant of the change on. */
  take({ at, agent, numbers }: CensusDelta): CensusSample {
    const all = Object.entries({ ...this.#known.get(agent), ...numbers });
    const said = Object.fromEntries(all.filter((entry): entry is [string, number] => entry[1] !== null));
    this.#known.set(agent, said);
    return { at, agent, numbers: said };
  }
}
