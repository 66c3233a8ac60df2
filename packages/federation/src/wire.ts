/**
 * The wire forms of events, rows, log lines and tracepoints: positional arrays, checked by hand because they are most
 * of the traffic.
 */
import {
  type Census,
  type CensusSample,
  type Event,
  type Facts,
  type FactsChange,
  type Hold,
  isJson,
  isPlainObject,
  type LogLine,
  type Message,
  type ResourceFacts,
  type Row,
  type TaskFacts,
  type TraceFields,
  type TraceHit,
  type Wait,
  type Waiter,
} from '@dragon/engine';

/** An event between agents; a timer's event never leaves the engine that hosts its agent. */
export type WireEvent = readonly [at: number, to: string, from: string, seq: number, message: Message];
/** Any event: with the name of the timer that made it, if one did. */
export type WireReceived = readonly [...WireEvent, timer: string | null];
export type WireRow = readonly [...WireReceived, index: number, state: string];
export type WireLine = readonly [at: number, agent: string, text: string];
export type WireHit = readonly [at: number, agent: string, event: string, fields: TraceFields];
export type WireSample = readonly [at: number, agent: string, numbers: Census];

/**
 * Every member of `T`, also one that may be absent: whoever adds a member to a type that crosses the wire is told by
 * the compiler that it would be lost here.
 */
type Every<T> = { readonly [Key in keyof Required<T>]: T[Key] };

export const eventToWire = ({ at, to, from, seq, message }: Event): WireEvent => [at, to, from, seq, message];
export function eventFromWire([at, to, from, seq, message]: WireEvent): Event {
  return { at, to, from, seq, message } satisfies Every<Omit<Event, 'timer'>>;
}

export function receivedToWire({ at, to, from, seq, message, timer }: Event): WireReceived {
  return [at, to, from, seq, message, timer ?? null];
}
export function receivedFromWire([at, to, from, seq, message, timer]: WireReceived): Event {
  const event = { at, to, from, seq, message };
  return timer === null ? event : ({ ...event, timer } satisfies Every<Event>);
}

export const rowToWire = (row: Row): WireRow => [...receivedToWire(row), row.index, row.state];
export function rowFromWire([at, to, from, seq, message, timer, index, state]: WireRow): Row {
  const event = receivedFromWire([at, to, from, seq, message, timer]);
  return { ...event, index, state } satisfies Every<Omit<Row, keyof Event>>;
}

export const lineToWire = ({ at, agent, text }: LogLine): WireLine => [at, agent, text];
export function lineFromWire([at, agent, text]: WireLine): LogLine {
  return { at, agent, text } satisfies Every<LogLine>;
}

export const hitToWire = ({ at, agent, event, fields }: TraceHit): WireHit => [at, agent, event, fields];
export function hitFromWire([at, agent, event, fields]: WireHit): TraceHit {
  return { at, agent, event, fields } satisfies Every<TraceHit>;
}

export const sampleToWire = ({ at, agent, numbers }: CensusSample): WireSample => [at, agent, numbers];
export function sampleFromWire([at, agent, numbers]: WireSample): CensusSample {
  return { at, agent, numbers } satisfies Every<CensusSample>;
}

/** Returns the facts and nothing else: agents give them as a view of their state, which may have more members. */
export function changeToWire({ at, agent, facts: { task, resources } }: FactsChange): FactsChange {
  const facts = { task: task && taskToWire(task), resources: resources?.map(resourceToWire) } satisfies Every<Facts>;
  return { at, agent, facts: definedMembers(facts) } satisfies Every<FactsChange>;
}
function taskToWire({ waitsFor, holds }: TaskFacts): TaskFacts {
  return { waitsFor: waitsFor && waitToWire(waitsFor), holds: holds.map(holdToWire) } satisfies Every<TaskFacts>;
}
function waitToWire({ resource, mode, lock, stack }: Wait): Wait {
  return { resource, mode, lock, stack } satisfies Every<Wait>;
}
function holdToWire({ resource, mode }: Hold): Hold {
  return { resource, mode } satisfies Every<Hold>;
}
const waiterToWire = ({ task }: Waiter): Waiter => ({ task }) satisfies Every<Waiter>;
function resourceToWire({ resource, holders, waiters }: ResourceFacts): ResourceFacts {
  return { resource, holders, waiters: waiters.map((chunk) => chunk.map(waiterToWire)) } satisfies Every<ResourceFacts>;
}

/** Returns the members that are not undefined: on the wire an undefined one takes bytes. */
function definedMembers<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

export const isWireEvents = (value: unknown): value is readonly WireEvent[] =>
  Array.isArray(value) && value.every((each) => Array.isArray(each) && each.length === 5 && beginsAsEvent(each));

export const isWireReceived = (value: unknown): value is WireReceived =>
  Array.isArray(value) && value.length === 6 && beginsAsReceived(value);

export const isWireRows = (value: unknown): value is readonly WireRow[] =>
  Array.isArray(value) &&
  value.every(
    (each) =>
      Array.isArray(each) &&
      each.length === 8 &&
      beginsAsReceived(each) &&
      isCount(each[6]) &&
      typeof each[7] === 'string',
  );

export const isWireLines = (value: unknown): value is readonly WireLine[] =>
  Array.isArray(value) && value.every((each) => Array.isArray(each) && each.length === 3 && beginsAsSaid(each));

export const isWireHits = (value: unknown): value is readonly WireHit[] =>
  Array.isArray(value) &&
  value.every((each) => Array.isArray(each) && each.length === 4 && beginsAsSaid(each) && isTraceFields(each[3]));

export const isWireSamples = (value: unknown): value is readonly WireSample[] =>
  Array.isArray(value) && value.every((each) => Array.isArray(each) && each.length === 3 && isWireSample(each));

const isWireSample = ([at, agent, numbers]: readonly unknown[]): boolean =>
  isCount(at) && typeof agent === 'string' && isCensus(numbers);

export const isCensus = (value: unknown): value is Census =>
  isPlainObject(value) && Object.values(value).every(Number.isFinite);

/** The instant, the agent, and the text or the name of what it said. */
function beginsAsSaid([at, agent, text]: readonly unknown[]): boolean {
  return isCount(at) && typeof agent === 'string' && typeof text === 'string';
}

export const isTraceFields = (value: unknown): value is TraceFields =>
  isPlainObject(value) &&
  Object.values(value).every(
    (field) => typeof field === 'string' || typeof field === 'boolean' || Number.isFinite(field),
  );

function beginsAsEvent([at, to, from, seq, message]: readonly unknown[]): boolean {
  return isCount(at) && typeof to === 'string' && typeof from === 'string' && isCount(seq) && isMessage(message);
}

export const isMessage = (value: unknown): value is Message =>
  isPlainObject(value) && typeof value['type'] === 'string' && isJson(value);

const beginsAsReceived = (values: readonly unknown[]): boolean =>
  beginsAsEvent(values) && (values[5] === null || typeof values[5] === 'string');

/** True for a safe integer that is not negative: an instant, a sequence number, a count. */
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
