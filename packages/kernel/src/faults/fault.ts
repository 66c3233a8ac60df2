/** A timed fault as data: what a plan has of it, what it is called, and whom it strikes. */
import {
  type AgentId,
  type AgentSpec,
  type FateKind,
  isPlainObject,
  type Json,
  kindOf,
  type Message,
  type VirtualTime,
} from '@dragon/engine';
import { unknownName } from '../policy/nearest.ts';
import { ADMISSIONS, admitting, refusedFate } from './admissions.ts';
import { formatExactDuration } from '../policy/duration-text.ts';
import type { FaultKind, FaultParam, FaultTarget } from './fault-kind.ts';
import { FAULT_KIND_NAMES, FAULT_KINDS } from './fault-kinds.ts';

/** A fault as it is asked for; its params are those of its kind, and its target. */
export interface Fault {
  /** When it takes effect. */
  readonly at: VirtualTime;
  readonly kind: string;
  readonly params: { readonly [name: string]: Json };
}

/** A fault of a plan. */
export interface PlannedFault extends Fault {
  /** Its own among those of the plan, as in `stall-cpu-0`. */
  readonly name: string;
  /** Agents that the plan has for it alone. */
  readonly agents?: readonly AgentId[];
}

/** Bad usage: what is wrong with a fault. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
}

/** The agent that strikes. */
export const FAULTS: AgentId = 'faults/0';

/** Returns the kind of that name; throws `FaultError`. */
export function faultKindNamed(name: string): FaultKind {
  const kind = FAULT_KINDS.find((each) => each.kind === name);
  if (kind === undefined) throw new FaultError(unknownName('fault', name, FAULT_KIND_NAMES));
  return kind;
}

/** Returns the faults of a plan, in the order in which they strike; what in a foreign plan is none is left out. */
export function faultsOf({ agents }: { readonly agents: readonly AgentSpec[] }): readonly PlannedFault[] {
  const params = agents.find(({ id }) => id === FAULTS)?.params;
  const faults = isPlainObject(params) ? params['faults'] : undefined;
  return Array.isArray(faults) ? faults.filter(isPlannedFault) : [];
}

function isPlannedFault(value: unknown): value is PlannedFault {
  if (!isPlainObject(value)) return false;
  const { at, kind, params, name, agents = [] } = value;
  const isNamed = typeof name === 'string' && FAULT_KIND_NAMES.some((each) => each === kind);
  const hasAgents = Array.isArray(agents) && agents.every((agent) => typeof agent === 'string');
  return isNamed && Number.isSafeInteger(at) && isPlainObject(params) && hasAgents;
}

/**
 * Returns the fault with what it leaves out as usual, and its params in the order of its kind; throws `FaultError` if
 * its kind has no such params, or not with such values.
 */
export function completedFault({ at, kind: name, params }: Fault): Fault {
  const kind = faultKindNamed(name);
  if (!Number.isSafeInteger(at) || at < 0) throw new FaultError(`${name}: at is ${at}, which is no instant`);
  const { target } = kind;
  const known = paramNames(kind);
  for (const given of Object.keys(params))
    if (!known.includes(given))
      throw new FaultError(`${name} has ${unknownName('parameter', given, [...known, 'at'])}`);
  const entries: [string, Json][] = [];
  const aim = target === null ? undefined : targetValue(kind, params);
  if (target !== null && aim !== undefined) entries.push([target.param, aim]);
  for (const param of kind.params) {
    const value = params[param.name] ?? param.default;
    if (value === null) continue;
    entries.push([param.name, checkedNumber(name, param, value)]);
  }
  for (const { name: word } of kind.names ?? []) {
    const value = params[word];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '') throw new FaultError(`${name}: ${word} is no name`);
    entries.push([word, value]);
  }
  if (kind.fate !== undefined) expectAdmitted(name, kind.fate, params);
  if (kind.carries !== undefined) entries.push([kind.carries, checkedMessage(name, params[kind.carries])]);
  return { at, kind: name, params: Object.fromEntries(entries) };
}

/** Returns the names of all that a fault of the kind may be told, but for its instant. */
export const paramNames = ({ target, params, names = [], carries }: FaultKind): string[] => [
  ...(target === null ? [] : [target.param]),
  ...params.map(({ name }) => name),
  ...names.map(({ name }) => name),
  ...(carries === undefined ? [] : [carries]),
];

/** Returns the id of the agent that a fault strikes; undefined if it strikes none by itself. */
export function struckAgent({ kind: name, params }: Pick<Fault, 'kind' | 'params'>): AgentId | undefined {
  const kind = faultKindNamed(name);
  const { target, fits } = kind;
  if (target === null) return undefined;
  const value = targetValue(kind, params);
  if (value === undefined) return undefined;
  return target.by === 'id' ? String(value) : `${fits[0]}/${value}`;
}

/** Returns the params with which a fault of the kind strikes an agent; undefined if it does not fit. */
export function paramsOn({ fits, target }: FaultKind, agent: AgentId): Fault['params'] | undefined {
  if (fits.length > 0 && !fits.includes(kindOf(agent))) return undefined;
  if (target === null) return {};
  if (target.by === 'id') return { [target.param]: agent };
  const number = Number(agent.slice(agent.indexOf('/') + 1));
  return Number.isSafeInteger(number) ? { [target.param]: number } : undefined;
}

/** Returns what a fault is called, as in `stall-cpu-0`: the same for two of a kind on one agent. */
export function faultName(fault: Pick<Fault, 'kind' | 'params'>): string {
  const target = targetText(fault);
  return target === undefined ? fault.kind : `${fault.kind}-${target.replaceAll('/', '-')}`;
}

/** Returns a heading, as in `Stall CPU 0`. */
export function faultTitle(fault: Pick<Fault, 'kind' | 'params'>): string {
  const { title, target } = faultKindNamed(fault.kind);
  const [before, behind] = title;
  return `${before}${targetText(fault) ?? target?.otherwise ?? ''}${behind}`;
}

/**
 * Returns the target as it is written; undefined if there is none. Throws `FaultError` if it is not said and has to be.
 */
export function targetText({ kind: name, params }: Pick<Fault, 'kind' | 'params'>): string | undefined {
  const kind = faultKindNamed(name);
  const value = kind.target === null ? undefined : targetValue(kind, params);
  return value === undefined ? undefined : String(value);
}

/** Returns a value of a param as a person reads it, as in `10ms`. */
export const paramText = ({ type }: FaultParam, value: number): string =>
  type === 'duration' ? formatExactDuration(value) : String(value);

function targetValue({ kind, target, fits }: FaultKind, params: Fault['params']): string | number | undefined {
  const { param, by, default: usual, otherwise }: FaultTarget = target ?? { param: '', by: 'id' };
  const value = params[param] ?? usual;
  if (value === undefined && otherwise !== undefined) return undefined;
  if (value === undefined)
    throw new FaultError(`${kind} has to be told its ${param}, as in ${param}=${exampleOf(by, fits)}`);
  if (
    by === 'number' ? typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 : typeof value === 'string'
  )
    return value as string | number;
  throw new FaultError(
    `${kind}: ${param} is ${JSON.stringify(value)}, not ${by === 'number' ? 'a number' : 'an agent'}`,
  );
}

const exampleOf = (by: 'number' | 'id', [kind = 'ag']: readonly string[]): string =>
  by === 'number' ? '0' : `${kind}/0`;

/** Throws for a fate that what the rule is about does not admit, and for what a timer has not. */
function expectAdmitted(kind: string, fate: FateKind, { what, from, by, 'up-to': most }: Fault['params']): void {
  if (typeof by === 'number' && typeof most === 'number' && most < by)
    throw new FaultError(`${kind}: up-to is ${formatExactDuration(most)}, less than by`);
  if (typeof what !== 'string') return;
  const about = isTimer(what) ? 'timers' : 'messages';
  if (!Object.hasOwn(ADMISSIONS[about], what))
    throw new FaultError(
      `${kind}: ${unknownName('message or timer', what, [...admitting('messages', fate), ...admitting('timers', fate)])}`,
    );
  const refusal = refusedFate(about, what, fate);
  if (refusal !== undefined) throw new FaultError(`${kind}: ${refusal}`);
  if (about === 'timers' && from !== undefined)
    throw new FaultError(`${kind}: nobody sends a timer: say whose it is, as in to=kswapd/0`);
}

/** Whether a rule about this name is about a timer: types of messages have a point in them. */
export const isTimer = (what: string): boolean => !what.includes('.');

function checkedMessage(kind: string, message: Json | undefined): Message {
  const { type } = (typeof message === 'object' && message !== null ? message : {}) as { readonly type?: Json };
  if (typeof type === 'string') return message as Message;
  throw new FaultError(`${kind} has to be told what to send, as in type=ag.lock buffer=AGI`);
}

function checkedNumber(kind: string, param: FaultParam, value: Json): number {
  const { name, least, most } = param;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const given =
    typeof value === 'number' && Number.isSafeInteger(value) ? paramText(param, value) : JSON.stringify(value);
  throw new FaultError(
    `${kind}: ${name} is ${given}, not ${param.type === 'duration' ? 'a time' : 'a number'} from ${paramText(param, least)} to ${paramText(param, most)}`,
  );
}
