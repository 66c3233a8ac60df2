/** Verdicts of rules in columns, as a block of a trace has them: each name once, and then where it is. */
import type { AgentId, FateKind, Json, ToldVerdict, VirtualTime } from '@dragon/engine';
import { FATE_WORDS } from '../verdict-words.ts';
import { Places } from './places.ts';
import type { RowColumns } from './row-columns.ts';
import { isCount, isList, isName, isObject, type Malformed } from './trace-fields.ts';

export type VerdictColumns = {
  /** Those that no row of the block names; their places follow those of the rows. */
  readonly agents: readonly AgentId[];
  readonly rules: readonly string[];
  readonly fates: readonly string[];
  /** Types of messages, and names of timers. */
  readonly whats: readonly string[];
  /** Nanoseconds since the verdict before; of the first, since the start of the run. */
  readonly at: readonly number[];
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly rule: readonly number[];
  readonly fate: readonly number[];
  readonly what: readonly number[];
  /** Nanoseconds. */
  readonly by: readonly number[];
};

/** Returns columns of verdicts that are in the order of time. */
export function verdictColumns(verdicts: readonly ToldVerdict[], rows: RowColumns): VerdictColumns {
  const agents = new Places(rows.agents);
  const [rules, fates, whats] = [new Places(), new Places(), new Places()];
  const columns = {
    at: verdicts.map(({ at }, i) => at - (verdicts[i - 1]?.at ?? 0)),
    from: verdicts.map(({ from }) => agents.of(from)),
    to: verdicts.map(({ to }) => agents.of(to)),
    rule: verdicts.map(({ rule }) => rules.of(rule)),
    fate: verdicts.map(({ fate }) => fates.of(fate)),
    what: verdicts.map(({ what }) => whats.of(what)),
    by: verdicts.map(({ by }) => by),
  };
  const others = agents.list().slice(rows.agents.length);
  return { agents: others, rules: rules.list(), fates: fates.list(), whats: whats.list(), ...columns };
}

/** Returns so many verdicts that columns have, checked; `rows` are those of the same block. */
export function verdictsOfColumns(
  columns: Json | undefined,
  records: number,
  rows: RowColumns,
  malformed: Malformed,
): ToldVerdict[] {
  const bad = (why: string) => malformed(`its verdicts are not what they must be: ${why}`);
  if (!isObject(columns)) throw bad('they are no columns');
  const listed = (name: keyof VerdictColumns, length = -1): readonly Json[] => {
    const found = columns[name];
    if (!isList(found) || (length >= 0 && found.length !== length))
      throw bad(length < 0 ? `"${name}" must be a list` : `"${name}" must be a list of ${length}`);
    return found;
  };
  const named = (name: keyof VerdictColumns, names: readonly Json[]): string[] =>
    listed(name, records).map((place) => {
      const text = isCount(place) ? names[place] : undefined;
      if (!isName(text)) throw bad(`"${name}" must have places of names`);
      return text;
    });
  const agents = [...rows.agents, ...listed('agents')];
  const [from, to] = [named('from', agents), named('to', agents)];
  const [rule, what] = [named('rule', listed('rules')), named('what', listed('whats'))];
  const fate = named('fate', listed('fates'));
  const by = listed('by', records);
  let now: VirtualTime = 0;
  return listed('at', records).map((since, i): ToldVerdict => {
    const [late, kind] = [by[i], fate[i] ?? ''];
    if (!isCount(since) || !isCount(late)) throw bad('"at" and "by" must be integers from 0 on');
    if (!isFate(kind)) throw bad(`there is no fate '${kind}'`);
    now += since;
    return {
      at: now,
      from: from[i] ?? '',
      to: to[i] ?? '',
      rule: rule[i] ?? '',
      fate: kind,
      what: what[i] ?? '',
      by: late,
    };
  });
}

const isFate = (text: string): text is FateKind => Object.hasOwn(FATE_WORDS, text);
