/**
 * Rows in columns, as a block of a trace has them: what is alike stands side by side, and takes four bytes a row when
 * it is compressed. An agent, a state, and the shape of a message (its type and the names of its fields) are listed
 * once a block; rows have their places in these lists.
 */
import { type AgentId, isJson, type Json, type Message, type Row, type VirtualTime } from '@dragon/engine';
import { Places } from './places.ts';
import { isCount, isInteger, isList, isName, isObject, type Malformed } from './trace-fields.ts';

/** What a row has in each column, in the order of the rows; lists by place are named in the plural. */
export type RowColumns = {
  readonly agents: readonly AgentId[];
  /** For each agent the index of its first row in this block; 0 if it receives nothing. */
  readonly indexes: readonly number[];
  readonly states: readonly string[];
  /** Type, then the names of the fields. */
  readonly shapes: readonly (readonly string[])[];
  /** For each shape and each field of it, the values in the order of the rows that have the shape. */
  readonly values: readonly (readonly (readonly Json[])[])[];
  /** Nanoseconds since the row before; in the first row, since the start of the run. */
  readonly at: readonly number[];
  readonly to: readonly number[];
  readonly from: readonly number[];
  /** The difference to the row before of the same sender; in its first row, the number itself. */
  readonly seq: readonly number[];
  readonly state: readonly number[];
  readonly shape: readonly number[];
};

interface Shape {
  readonly place: number;
  readonly type: string;
  readonly fields: readonly string[];
  readonly values: Json[][];
}

/** Sorts messages by their shapes. */
class Shapes {
  readonly #byType = new Map<string, Shape[]>();
  readonly all: Shape[] = [];

  /** Takes a message; returns the place of its shape. */
  take(message: Message): number {
    const fields = fieldsOf(message);
    const { place, values } = this.#shapeOf(message.type, fields);
    for (let i = 0; i < fields.length; i += 1) values[i]?.push(message[fields[i] ?? ''] ?? null);
    return place;
  }

  #shapeOf(type: string, fields: readonly string[]): Shape {
    let alike = this.#byType.get(type);
    if (alike === undefined) this.#byType.set(type, (alike = []));
    for (const shape of alike) if (equalLists(shape.fields, fields)) return shape;
    const shape: Shape = { place: this.all.length, type, fields, values: fields.map(() => []) };
    alike.push(shape);
    this.all.push(shape);
    return shape;
  }
}

/** The names of the fields besides the type; one that is undefined is not there, as in all JSON. */
function fieldsOf(message: Message): string[] {
  const fields: string[] = [];
  for (const key of Object.keys(message)) if (key !== 'type' && message[key] !== undefined) fields.push(key);
  return fields;
}

function equalLists(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** Rows in the order of the trace, put into columns as they come: none is kept. */
export class RowTable {
  readonly #agents = new Places();
  readonly #states = new Places();
  readonly #shapes = new Shapes();
  readonly #indexes: (number | undefined)[] = [];
  readonly #seqs: number[] = [];
  readonly #at: number[] = [];
  readonly #to: number[] = [];
  readonly #from: number[] = [];
  readonly #seq: number[] = [];
  readonly #state: number[] = [];
  readonly #shape: number[] = [];
  #first = 0;
  #last = 0;

  get rows(): number {
    return this.#at.length;
  }

  /** The instants of the first and the last row; 0 if there is none. */
  get span(): { readonly first: VirtualTime; readonly last: VirtualTime } {
    return { first: this.#first, last: this.#last };
  }

  take(row: Row): void {
    if (this.#at.length === 0) this.#first = row.at;
    const to = this.#agents.of(row.to);
    const from = this.#agents.of(row.from);
    this.#indexes[to] ??= row.index;
    this.#at.push(row.at - this.#last);
    this.#to.push(to);
    this.#from.push(from);
    this.#seq.push(row.seq - (this.#seqs[from] ?? 0));
    this.#state.push(this.#states.of(row.state));
    this.#shape.push(this.#shapes.take(row.message));
    this.#seqs[from] = row.seq;
    this.#last = row.at;
  }

  columns(): RowColumns {
    const agents = this.#agents.list();
    return {
      agents,
      indexes: agents.map((_, i) => this.#indexes[i] ?? 0),
      states: this.#states.list(),
      shapes: this.#shapes.all.map(({ type, fields }) => [type, ...fields]),
      values: this.#shapes.all.map(({ values }) => values),
      at: this.#at,
      to: this.#to,
      from: this.#from,
      seq: this.#seq,
      state: this.#state,
      shape: this.#shape,
    };
  }
}

/** Returns the columns that a block has, with every list as long as it must be and every place in its list. */
export function checkedColumns(value: Json | undefined, rows: number, malformed: Malformed): RowColumns {
  if (!isObject(value)) throw malformed('its rows are not columns');
  const list = <T extends Json>(name: keyof RowColumns, what: string, fits: (each: Json) => each is T, length = -1) => {
    const found = value[name];
    if (!isList(found) || !found.every(fits)) throw malformed(`"${name}" must be a list of ${what}`);
    if (length >= 0 && found.length !== length)
      throw malformed(`"${name}" must have ${length} entries, and has ${found.length}`);
    return found;
  };
  const places = (name: keyof RowColumns, { length }: readonly unknown[]) =>
    list(name, 'places', (each): each is number => isCount(each) && each < length, rows);
  const agents = list('agents', 'ids of agents', isName);
  const states = list('states', 'strings', isString);
  const shapes = list('shapes', 'lists of names', isShape);
  const shape = places('shape', shapes);
  const uses = shapes.map(() => 0);
  for (const place of shape) uses[place] = (uses[place] ?? 0) + 1;
  const values = list('values', 'lists of columns', isColumns, shapes.length);
  for (const [i, columns] of values.entries())
    if (columns.length !== (shapes[i]?.length ?? 0) - 1 || columns.some((column) => column.length !== uses[i]))
      throw malformed(`the columns of ${shapes[i]?.[0] ?? ''} are not as many or as long as they must be`);
  return {
    agents,
    indexes: list('indexes', 'integers from 0 on', isCount, agents.length),
    states,
    shapes,
    values,
    at: list('at', 'nanoseconds', isCount, rows),
    to: places('to', agents),
    from: places('from', agents),
    seq: list('seq', 'integers', isInteger, rows),
    state: places('state', states),
    shape,
  };
}

const isString = (value: Json): value is string => typeof value === 'string';
const isShape = (value: Json): value is readonly string[] => isList(value) && value.length > 0 && value.every(isString);
const isColumns = (value: Json): value is readonly (readonly Json[])[] =>
  isList(value) && value.every((column) => isList(column) && column.every((each) => isJson(each)));

/** Returns the rows of checked columns. */
export function rowsOfColumns(columns: RowColumns, malformed: Malformed): Row[] {
  const { agents, states, shapes } = columns;
  const indexes = [...columns.indexes];
  const seqs = agents.map(() => 0);
  const taken = shapes.map(() => 0);
  let now = 0;
  return columns.at.map((wait, i): Row => {
    now += wait;
    const to = columns.to[i] ?? 0;
    const from = columns.from[i] ?? 0;
    const shape = columns.shape[i] ?? 0;
    const seq = (seqs[from] ?? 0) + (columns.seq[i] ?? 0);
    const index = indexes[to] ?? 0;
    const nth = taken[shape] ?? 0;
    seqs[from] = seq;
    indexes[to] = index + 1;
    taken[shape] = nth + 1;
    if (!isCount(now) || !isCount(seq) || !isCount(index))
      throw malformed(`row ${i + 1} of it must have integers from 0 on`);
    const message = messageOf(shapes[shape] ?? [], columns.values[shape] ?? [], nth);
    return {
      at: now,
      to: agents[to] ?? '',
      from: agents[from] ?? '',
      seq,
      message,
      index,
      state: states[columns.state[i] ?? 0] ?? '',
    };
  });
}

function messageOf(
  [type = '', ...fields]: readonly string[],
  values: readonly (readonly Json[])[],
  nth: number,
): Message {
  // Unlike an assignment, this makes a field of `__proto__` too.
  return Object.fromEntries([
    ['type', type],
    ...fields.map((field, i) => [field, values[i]?.[nth] ?? null]),
  ]) as Message;
}
