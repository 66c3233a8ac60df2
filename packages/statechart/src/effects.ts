/**
 * The named actions by which a statechart asks for effects, and the delays it may name. XState never runs them: the
 * adapter turns them into the engine's effects.
 */
import type { AgentId, Message, NamedDelay, TraceFields } from '@dragon/engine';

/** A message on its way out. */
export type Send = { readonly to: AgentId; readonly message: Message };

/** A tracepoint that was hit. */
export type Tracepoint = { readonly event: string; readonly fields: TraceFields };

const asData = (): void => {};

/** The actions of every agent's `setup`. They do nothing when an XState actor runs them. */
export const effectActions = {
  send: asData as (args: unknown, params: Send | readonly Send[]) => void,
  choose: asData as (args: unknown, params: { readonly type: string; readonly options: number }) => void,
  log: asData as (args: unknown, params: { readonly lines: readonly string[] }) => void,
  trace: asData as (args: unknown, params: Tracepoint | readonly Tracepoint[]) => void,
};

/**
 * XState insists that a delay is a number; a code stands for (name, times) between a machine and its adapter and is
 * seen nowhere else.
 */
const CODES_PER_NAME = 1_048_576;
const names: string[] = [];
const codes = new Map<string, number>();

/**
 * Returns the delay called `name` in the latency model, `times` over: time that passes whoever is on the CPU. For the
 * `delays` of a machine's `setup`.
 */
export function delay(name: string, times = 1): number {
  return encode(name, times);
}

/** Returns the same as CPU time of the agent's thread: it passes only while the thread is on a CPU. */
export function cpuTime(name: string, times = 1): number {
  return encode(`${CPU_MARK}${name}`, times);
}

const CPU_MARK = 'cpu:';

function encode(name: string, times: number): number {
  if (!Number.isInteger(times) || times < 0 || times >= CODES_PER_NAME)
    throw new Error(`delay ${name} times ${times}: not a count below ${CODES_PER_NAME}`);
  let code = codes.get(name);
  if (code === undefined) {
    code = names.push(name);
    codes.set(name, code);
  }
  return code * CODES_PER_NAME + times;
}

/** Returns what `delay` or `cpuTime` was given. */
export function namedDelay(code: number): NamedDelay {
  const index = Math.floor(code / CODES_PER_NAME);
  const name = names[index - 1];
  if (name === undefined) throw new Error(`${code} is not a delay: name it with delay('name') in the machine's setup`);
  const cpu = name.startsWith(CPU_MARK);
  return { name: cpu ? name.slice(CPU_MARK.length) : name, times: code - index * CODES_PER_NAME, cpu };
}

/**
 * Returns what `setup({ types })` wants: nothing at run time, the types of context, events and input for the compiler.
 */
export function typesOf<T extends object>(nothing: Partial<T> = {}): T {
  return nothing as T;
}
