/**
 * Changes of facts in columns, as a block of a trace has them. A change follows a row: that of the step in which its
 * agent changed its mind. Agents do the same over and over, and many do the same as others, so a change is listed once
 * a block, in names that every agent numbers for itself, and a row has its place; mostly the state that an agent comes
 * to and the message that it answers tell which change it is.
 */
import type { AgentId, Hold, Json, LockMode, VirtualTime, Wait, WaitMode } from '@dragon/engine';
import type { FactsDelta, ListChange, ResourceDelta } from './facts-delta.ts';
import { Places } from './places.ts';
import type { RowColumns } from './row-columns.ts';
import { isCount, isInteger, isList, isName, isObject, type Malformed } from './trace-fields.ts';

/** Where it begins, how many items go, and for each item that comes one or more numbers. */
type Edit = readonly number[];
/** What has not changed is 0. */
type Unless<T> = 0 | T;

/**
 * - task: 0 as before, 1 it is a task, 2 it is none.
 * - wait: 1 for nothing; else a resource, the places of mode and lock among all that there are, and a stack.
 * - holds: an item is a resource and the place of a mode. speaks: an item is a resource that the agent speaks for.
 * - changed: a resource and the edits of its holders and of its queue, whose items are agents; then the next resource.
 *
 * An agent is 0 for the sender of the row, 1 for who changes, or its place among the names of who changes plus 2.
 */
type Change = readonly [
  task: number,
  wait: Unless<1 | readonly number[]>,
  holds: Unless<Edit>,
  speaks: Unless<Edit>,
  changed: Unless<readonly Unless<number | Edit>[]>,
];

export type FactsColumns = {
  /** Those that no row of the block names; their places follow those of the rows. */
  readonly agents: readonly AgentId[];
  readonly resources: readonly string[];
  readonly stacks: readonly (readonly string[])[];
  /** The resources and agents that each agent names, by its first change: those of rows, then the others. */
  readonly names: readonly (readonly [resources: readonly number[], agents: readonly number[]])[];
  readonly changes: readonly Change[];
  /**
   * For each row 0 if what its agent says changes as it did at the last row that had this state and shape, of this
   * agent or else of any, and not at the first; else 1 if it does not change, or the place in `changes` plus 2.
   */
  readonly after: readonly number[];
  /** Changes that no row leads to, as at the start: nanoseconds since the start, an agent, place in `changes`. */
  readonly others: readonly (readonly [at: VirtualTime, agent: number, change: number])[];
};

const WAIT_MODES: readonly WaitMode[] = ['uninterruptible', 'killable', 'timed', 'polling'];
const LOCK_MODES: readonly LockMode[] = ['', 'R', 'W'];

/** The places of the resources and agents that an agent names. */
interface OwnNames {
  readonly resources: Places;
  readonly agents: Places;
}

const [SENDER, ITSELF, FIRST_NAME] = [0, 1, 2] as const;
const [AS_BEFORE, NO_CHANGE, FIRST_CHANGE] = [0, 1, 2] as const;

/**
 * What a state and a message lead to, as far as it was so before: at the last row of the same agent that had them, or
 * of any. A change is known by its number.
 */
class LastChanges {
  readonly #ofAgent = new Map<number, number>();
  readonly #ofAny = new Map<number, number>();
  readonly #rows: RowColumns;

  constructor(rows: RowColumns) {
    this.#rows = rows;
  }

  /** Returns what the row has if that is `AS_BEFORE`, else the number itself. */
  read(row: number, told: number): number {
    return this.#note(row, told === AS_BEFORE ? this.#expected(row) : told);
  }

  /** Returns `AS_BEFORE` if the row has what is expected of it, else the number itself. */
  told(row: number, change: number): number {
    const told = this.#expected(row) === change ? AS_BEFORE : change;
    this.#note(row, change);
    return told;
  }

  #expected(row: number): number {
    const [any, own] = this.#keys(row);
    return this.#ofAgent.get(own) ?? this.#ofAny.get(any) ?? NO_CHANGE;
  }

  #note(row: number, change: number): number {
    const [any, own] = this.#keys(row);
    this.#ofAny.set(any, change);
    this.#ofAgent.set(own, change);
    return change;
  }

  #keys(row: number): readonly [any: number, own: number] {
    const { agents, shapes, state, shape, to } = this.#rows;
    const any = (state[row] ?? 0) * shapes.length + (shape[row] ?? 0);
    return [any, any * agents.length + (to[row] ?? 0)];
  }
}

/** Returns columns of changes that are in the order of time, and beside which these rows stand. */
export function factsColumns(deltas: readonly FactsDelta[], rows: RowColumns): FactsColumns {
  const [agents, resources, stacks, changes] = [new Places(rows.agents), new Places(), new Places(), new Places()];
  const named = new Map<AgentId, OwnNames>();
  const changeOf = (delta: FactsDelta, sender: AgentId | undefined): number => {
    const own = named.get(delta.agent) ?? { resources: new Places(), agents: new Places() };
    named.set(delta.agent, own);
    return changes.of(JSON.stringify(changeNumbers(delta, own, sender, stacks)));
  };
  const led = rowsThatLed(deltas, rows);
  const atRow = new Map(deltas.map((delta, i) => [led[i] ?? -1, delta]));
  const last = new LastChanges(rows);
  const after = rows.at.map((_, row) => {
    const delta = atRow.get(row);
    const change = delta && changeOf(delta, rows.agents[rows.from[row] ?? -1]);
    return last.told(row, change === undefined ? NO_CHANGE : change + FIRST_CHANGE);
  });
  const others = deltas.flatMap((delta, i): FactsColumns['others'] =>
    led[i] === -1 ? [[delta.at, agents.of(delta.agent), changeOf(delta, undefined)]] : [],
  );
  const names = [...named.values()].map((own): FactsColumns['names'][number] => [
    own.resources.list().map((name) => resources.of(name)),
    own.agents.list().map((name) => agents.of(name)),
  ]);
  return {
    agents: agents.list().slice(rows.agents.length),
    resources: resources.list(),
    stacks: stacks.list().map((text) => JSON.parse(text) as string[]),
    names,
    changes: changes.list().map((text) => JSON.parse(text) as Change),
    after,
    others,
  };
}

/** Returns for each change the first row of its agent at its instant that no earlier change has; -1 if none is left. */
function rowsThatLed(deltas: readonly FactsDelta[], { agents, at, to }: RowColumns): number[] {
  let [row, now] = [0, at[0] ?? 0];
  return deltas.map((delta) => {
    let [candidate, when] = [row, now];
    for (; candidate < at.length && when <= delta.at; when += at[++candidate] ?? 0) {
      if (when < delta.at || agents[to[candidate] ?? -1] !== delta.agent) continue;
      const led = candidate;
      [row, now] = [candidate + 1, when + (at[candidate + 1] ?? 0)];
      return led;
    }
    return -1;
  });
}

function changeNumbers(
  { agent: self, task, wait, holds, resources, changed }: FactsDelta,
  own: OwnNames,
  sender: AgentId | undefined,
  stacks: Places,
): Change {
  const resource = (name: string) => [own.resources.of(name)];
  const agent = (name: AgentId) => [
    name === sender ? SENDER : name === self ? ITSELF : own.agents.of(name) + FIRST_NAME,
  ];
  const hold = ({ resource: name, mode }: Hold) => [own.resources.of(name), LOCK_MODES.indexOf(mode)];
  const waiting = (on: Wait) => [
    own.resources.of(on.resource),
    WAIT_MODES.indexOf(on.mode),
    LOCK_MODES.indexOf(on.lock),
    stacks.of(JSON.stringify(on.stack)),
  ];
  return [
    task === undefined ? 0 : task ? 1 : 2,
    wait === undefined ? 0 : wait === null ? 1 : waiting(wait),
    holds === undefined ? 0 : edit(holds, hold),
    resources === undefined ? 0 : edit(resources, resource),
    changed === undefined
      ? 0
      : changed.flatMap(({ resource: name, holders, waiters }) => [
          own.resources.of(name),
          holders === undefined ? 0 : edit(holders, agent),
          waiters === undefined ? 0 : edit(waiters, agent),
        ]),
  ];
}

function edit<T>({ from, removed, added }: ListChange<T>, numbersOf: (item: T) => readonly number[]): Edit {
  return [from, removed, ...added.flatMap(numbersOf)];
}

/**
 * Returns the changes that columns have, checked: those at one instant in the order of their rows. `rows` are those of
 * the same block.
 */
export function deltasOfColumns(
  value: Json | undefined,
  records: number,
  rows: RowColumns,
  malformed: Malformed,
): FactsDelta[] {
  const bad = () => malformed('its changes of facts are not what they must be');
  if (!isObject(value)) throw bad();
  const listed = (list: Json | undefined): readonly Json[] => {
    if (!isList(list)) throw bad();
    return list;
  };
  const nameList = (list: Json | undefined): readonly string[] => {
    const names = listed(list);
    if (!names.every(isName)) throw bad();
    return names;
  };
  const at = <T>(list: readonly T[], place: Json | undefined): T => {
    const item = isCount(place) ? list[place] : undefined;
    if (item === undefined) throw bad();
    return item;
  };
  const agents = [...rows.agents, ...nameList(value['agents'])];
  const resources = nameList(value['resources']);
  const stacks = listed(value['stacks']).map((stack) => {
    const frames = listed(stack);
    if (!frames.every((frame): frame is string => typeof frame === 'string')) throw bad();
    return frames;
  });
  const changes = listed(value['changes']).map(listed);
  const others = listed(value['others']).map((entry): readonly [VirtualTime, number, number] => {
    const [when, agent, change] = listed(entry);
    if (!isCount(when) || !isCount(agent) || agent >= agents.length || !isCount(change)) throw bad();
    return [when, agent, change];
  });
  const last = new LastChanges(rows);
  const after = listed(value['after']).map((told, row) => {
    if (!isCount(told) || row >= rows.at.length) throw bad();
    return last.read(row, told);
  });
  const changing = new Set(after.flatMap((change, row) => (change === NO_CHANGE ? [] : [agentAt(rows, row)])));
  for (const [, agent] of others) changing.add(agents[agent] ?? '');
  const names = listed(value['names']);
  const own = new Map(
    [...changing].map((agent, i) => {
      const [resourcePlaces, agentPlaces] = listed(names[i]);
      const named = {
        resources: listed(resourcePlaces).map((place) => at(resources, place)),
        agents: listed(agentPlaces).map((place) => at(agents, place)),
      };
      return [agent, named] as const;
    }),
  );
  const listChange = <T>(numbers: Json | undefined, width: number, item: (numbers: readonly Json[]) => T) => {
    const [from, removed, ...rest] = listed(numbers);
    if (!isInteger(from) || from < -1 || !isCount(removed) || rest.length % width !== 0) throw bad();
    const added = Array.from({ length: rest.length / width }, (_, i) => item(rest.slice(i * width, (i + 1) * width)));
    return { from, removed, added };
  };
  const contentOf = (agent: AgentId, sender: AgentId | undefined, place: number): Omit<FactsDelta, 'at'> => {
    const named = own.get(agent);
    if (named === undefined) throw bad();
    const [task, wait, holds, speaks, changed] = at(changes, place);
    const resource = ([each]: readonly Json[]) => at(named.resources, each);
    const known = [sender ?? agent, agent, ...named.agents];
    const agentName = ([each]: readonly Json[]) => at(known, each);
    const hold = ([each, mode]: readonly Json[]) => ({
      resource: resource([each ?? null]),
      mode: at(LOCK_MODES, mode),
    });
    const waiting = ([each, mode, lock, stack]: readonly Json[]): Wait => ({
      resource: resource([each ?? null]),
      mode: at(WAIT_MODES, mode),
      lock: at(LOCK_MODES, lock),
      stack: at(stacks, stack),
    });
    const resourceDelta = ([each, holders, waiters]: readonly Json[]): ResourceDelta => ({
      resource: resource([each ?? null]),
      ...(holders !== 0 && { holders: listChange(holders, 1, agentName) }),
      ...(waiters !== 0 && { waiters: listChange(waiters, 1, agentName) }),
    });
    return {
      agent,
      ...(task !== 0 && { task: task === 1 }),
      ...(wait !== 0 && { wait: wait === 1 ? null : waiting(listed(wait)) }),
      ...(holds !== 0 && { holds: listChange(holds, 2, hold) }),
      ...(speaks !== 0 && { resources: listChange(speaks, 1, resource) }),
      ...(changed !== 0 && { changed: listChange([0, 0, ...listed(changed)], 3, resourceDelta).added }),
    };
  };
  // Few changes are most of them.
  const made = new Map<number, Omit<FactsDelta, 'at'>>();
  /** `agent`, `sender`: places among the agents; a change that no row leads to has no sender. */
  const deltaOf = (now: VirtualTime, agent: number, sender: number | undefined, place: number): FactsDelta => {
    if (!isCount(now)) throw bad();
    const key = (place * agents.length + agent) * (agents.length + 1) + (sender ?? agents.length);
    let content = made.get(key);
    if (content === undefined)
      made.set(
        key,
        (content = contentOf(agents[agent] ?? '', sender === undefined ? undefined : agents[sender], place)),
      );
    return { at: now, ...content };
  };
  const deltas: FactsDelta[] = [];
  let [now, other] = [0, 0];
  const takeOthers = (before: VirtualTime) => {
    for (let each = others[other]; each !== undefined && each[0] < before; each = others[other]) {
      const [when, agent, change] = each;
      deltas.push(deltaOf(when, agent, undefined, change));
      other += 1;
    }
  };
  for (const [row, change] of after.entries()) {
    now += rows.at[row] ?? 0;
    takeOthers(now);
    if (change === NO_CHANGE) continue;
    deltas.push(deltaOf(now, rows.to[row] ?? 0, rows.from[row], change - FIRST_CHANGE));
  }
  takeOthers(Number.POSITIVE_INFINITY);
  if (deltas.length !== records) throw bad();
  return deltas;
}

const agentAt = ({ agents, to }: RowColumns, row: number): AgentId => agents[to[row] ?? -1] ?? '';
