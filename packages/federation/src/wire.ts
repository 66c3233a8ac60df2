/**
 * The wire forms of events, rows, log lines and tracepoints: positional arrays, checked by hand because they are most
 * of the traffic.
 */
import type {
  Event,
  FactsChange,
  Hold,
  Json,
  LogLine,
  Message,
  ResourceFacts,
  Row,
  TraceFields,
  TraceHit,
  Wait,
} from '@dragon/engine';

export type WireEvent = readonly [at: number, to: string, from: string, seq: number, message: Message];
export type WireRow = readonly [...WireEvent, index: number, state: string];
export type WireLine = readonly [at: number, agent: string, text: string];
export type WireHit = readonly [at: number, agent: string, event: string, fields: TraceFields];

export const eventToWire = ({ at, to, from, seq, message }: Event): WireEvent => [at, to, from, seq, message];
export const eventFromWire = ([at, to, from, seq, message]: WireEvent): Event => ({ at, to, from, seq, message });

export function rowToWire({ at, to, from, seq, message, index, state }: Row): WireRow {
  return [at, to, from, seq, message, index, state];
}
export function rowFromWire([at, to, from, seq, message, index, state]: WireRow): Row {
  return { at, to, from, seq, message, index, state };
}

export const lineToWire = ({ at, agent, text }: LogLine): WireLine => [at, agent, text];
export const lineFromWire = ([at, agent, text]: WireLine): LogLine => ({ at, agent, text });

export const hitToWire = ({ at, agent, event, fields }: TraceHit): WireHit => [at, agent, event, fields];
export const hitFromWire = ([at, agent, event, fields]: WireHit): TraceHit => ({ at, agent, event, fields });

/** Returns the facts and nothing else: agents give them as a view of their state, which may have more members. */
export function changeToWire({ at, agent, facts: { task, resources } }: FactsChange): FactsChange {
  return {
    at,
    agent,
    facts: {
      ...(task && {
        task: { waitsFor: task.waitsFor && waitToWire(task.waitsFor), holds: task.holds.map(holdToWire) },
      }),
      ...(resources && { resources: resources.map(resourceToWire) }),
    },
  };
}
const waitToWire = ({ resource, mode, stack }: Wait): Wait => ({ resource, mode, stack });
const holdToWire = ({ resource, mode }: Hold): Hold => ({ resource, mode });
function resourceToWire({ resource, holders, waiters }: ResourceFacts): ResourceFacts {
  return { resource, holders, waiters };
}

export const isWireEvents = (value: unknown): value is readonly WireEvent[] =>
  Array.isArray(value) && value.every((each) => Array.isArray(each) && each.length === 5 && beginsAsEvent(each));

export const isWireRows = (value: unknown): value is readonly WireRow[] =>
  Array.isArray(value) &&
  value.every(
    (each) =>
      Array.isArray(each) &&
      each.length === 7 &&
      beginsAsEvent(each) &&
      isCount(each[5]) &&
      typeof each[6] === 'string',
  );

export const isWireLines = (value: unknown): value is readonly WireLine[] =>
  Array.isArray(value) && value.every((each) => Array.isArray(each) && each.length === 3 && beginsAsSaid(each));

export const isWireHits = (value: unknown): value is readonly WireHit[] =>
  Array.isArray(value) &&
  value.every((each) => Array.isArray(each) && each.length === 4 && beginsAsSaid(each) && isTraceFields(each[3]));

/** The instant, the agent, and the text or the name of what it said. */
function beginsAsSaid([at, agent, text]: readonly unknown[]): boolean {
  return isCount(at) && typeof agent === 'string' && typeof text === 'string';
}

const isTraceFields = (value: unknown): boolean =>
  isPlainObject(value) &&
  Object.values(value).every(
    (field) => typeof field === 'string' || typeof field === 'boolean' || Number.isFinite(field),
  );

function beginsAsEvent([at, to, from, seq, message]: readonly unknown[]): boolean {
  return (
    isCount(at) &&
    typeof to === 'string' &&
    typeof from === 'string' &&
    isCount(seq) &&
    isPlainObject(message) &&
    typeof message['type'] === 'string' &&
    isJson(message)
  );
}

/** True for a safe integer that is not negative: an instant, a sequence number, a count. */
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Returns true for what JSON can hold, at most `depth` levels deep: no Date, no Map, no bytes, no bigint, no NaN. */
export function isJson(value: unknown, depth = 32): value is Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      if (depth === 0) return false;
      if (Array.isArray(value)) return value.every((member) => isJson(member, depth - 1));
      return (
        isPlainObject(value) &&
        Object.values(value).every((member) => member === undefined || isJson(member, depth - 1))
      );
    case 'undefined':
    case 'bigint':
    case 'symbol':
    case 'function':
      return false;
  }
}
