/**
 * Faults as people write them, `stall-cpu cpu=0 for=10ms at=2.22s`: read with errors that name the place, and written
 * so that it reads back.
 */
import type { Json } from '@dragon/engine';
import { formatExactDuration, parseDuration } from '../policy/duration-text.ts';
import { unknownName } from '../policy/nearest.ts';
import { PolicyError } from '../policy/policy-error.ts';
import { completedFault, type Fault, FaultError, faultKindNamed, paramNames, paramText, targetText } from './fault.ts';
import type { FaultKind } from './fault-kind.ts';

/** A piece of the text between blanks, and the column that it begins at, from 1 on. */
interface Word {
  readonly text: string;
  readonly column: number;
}

/** Returns the fault, with what it leaves out as usual; throws `FaultError`. */
export function readFault(text: string): Fault {
  const [first, ...rest] = wordsOf(text);
  if (first === undefined)
    throw new FaultError("a fault is empty: give KIND key=value … at=INSTANT, as in 'freeze at=1s'");
  const kind = located(first, () => faultKindNamed(first.text));
  const values = new Map<string, Json>();
  for (const word of rest) {
    const [name, value] = located(word, () => assignment(word.text, kind));
    if (values.has(name)) throw new FaultError(`at column ${word.column}: ${name} is said twice`);
    values.set(name, value);
  }
  const at = values.get('at');
  if (typeof at !== 'number') throw new FaultError(`'${text}' has no instant: add at=2.5s, say`);
  values.delete('at');
  return completedFault({
    at,
    kind: kind.kind,
    params: kind.carries === undefined ? asObject(values) : carried(kind, values),
  });
}

const asObject = (values: ReadonlyMap<string, Json>): { readonly [name: string]: Json } => Object.fromEntries(values);

/** Returns the params of a fault whose words are its target and the fields of what it carries. */
function carried({ target, carries = 'message' }: FaultKind, values: Map<string, Json>): Fault['params'] {
  const { param = '' } = target ?? {};
  const aim = values.get(param);
  values.delete(param);
  return {
    ...(aim === undefined ? {} : { [param]: aim }),
    ...(values.size === 0 ? {} : { [carries]: asObject(values) }),
  };
}

/** Returns the text of a fault, which `readFault` reads back. */
export function formatFault(fault: Fault): string {
  const { at, kind: name, params } = fault;
  const kind = faultKindNamed(name);
  const aim = targetText(fault);
  const assignments = [
    ...(kind.target === null || aim === undefined ? [] : [`${kind.target.param}=${aim}`]),
    ...kind.params.flatMap((param) => {
      const value = params[param.name];
      if (typeof value !== 'number') return [];
      return [`${param.name}=${paramText(param, value)}`];
    }),
    ...(kind.names ?? []).flatMap(({ name: word }) => {
      const value = params[word];
      return typeof value === 'string' ? [`${word}=${value}`] : [];
    }),
    ...fieldTexts(kind.carries === undefined ? undefined : params[kind.carries]),
  ];
  return [name, ...assignments, `at=${formatExactDuration(at)}`].join(' ');
}

function assignment(text: string, kind: FaultKind): [name: string, value: Json] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new FaultError(`'${text}' is not of the form key=value`);
  const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
  if (value === '') throw new FaultError(`${name} has no value`);
  if (name === 'at') return [name, parseDuration(value)];
  if (name === kind.target?.param) return [name, kind.target.by === 'id' ? value : wholeNumber(name, value)];
  if (kind.names?.some((each) => each.name === name)) return [name, value];
  const param = kind.params.find((each) => each.name === name);
  if (param !== undefined) return [name, param.type === 'duration' ? parseDuration(value) : wholeNumber(name, value)];
  if (kind.carries !== undefined) return [name, jsonOf(value)];
  throw new FaultError(`${kind.kind} has an ${unknownName('parameter', name, [...paramNames(kind), 'at'])}`);
}

/** A value of a message is JSON where it is that, and a string otherwise. */
function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function fieldTexts(message: Json | undefined): string[] {
  if (typeof message !== 'object' || message === null) return [];
  return Object.entries(message as { readonly [name: string]: Json }).map(([name, value]) => {
    const isPlain = typeof value === 'string' && jsonOf(value) === value && wordsOf(value)[0]?.text === value;
    return `${name}=${isPlain ? value : JSON.stringify(value)}`;
  });
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && String(number) === text) return number;
  throw new FaultError(`${name} is '${text}', not a whole number`);
}

function located<T>({ column }: Word, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FaultError || error instanceof PolicyError)
      throw new FaultError(`at column ${column}: ${error.message}`);
    throw error;
  }
}

/** A blank inside a JSON string parts no words. */
function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let start = -1;
  let isQuoted = false;
  for (let i = 0; i <= text.length; i += 1) {
    if (isQuoted && text[i] === '\\') i += 1;
    else if (text[i] === '"') isQuoted = !isQuoted;
    const isBlank = i >= text.length || (!isQuoted && (text[i] === ' ' || text[i] === '\t'));
    if (!isBlank && start < 0) start = i;
    else if (isBlank && start >= 0) {
      words.push({ text: text.slice(start, i), column: start + 1 });
      start = -1;
    }
  }
  return words;
}
