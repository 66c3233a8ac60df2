/** Reads the lines of a trace, one by one, and says exactly what is wrong with one that does not fit. */
import {
  type AgentId,
  type Json,
  type Message,
  type Plan,
  planDigest,
  type Row,
  type VirtualTime,
} from '@dragon/engine';
import { OUTCOMES } from '../outcome.ts';
import { TraceError, type TraceErrorCode } from './trace-error.ts';
import { TRACE_FORMAT, TRACE_VERSION, type TraceFooter, type TraceHeader } from './trace-format.ts';

type JsonObject = { readonly [key: string]: Json | undefined };

export type TraceLine =
  | { readonly kind: 'header'; readonly header: TraceHeader }
  | { readonly kind: 'plan'; readonly plan: JsonObject }
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'footer'; readonly footer: TraceFooter };

/** Takes the lines of one file in their order; every method may throw a `TraceError`. */
export class TraceParser {
  readonly #path: string;
  readonly #indexes = new Map<AgentId, number>();
  #line = 0;
  #digest = '';
  #rows = 0;
  #at: VirtualTime = 0;
  #ended = false;

  /** `path` is for messages. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Rows read so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Takes the next line, without its newline. */
  parse(text: string): TraceLine {
    this.#line += 1;
    if (this.#line === 1) return { kind: 'header', header: this.#header(text) };
    if (this.#line === 2) return { kind: 'plan', plan: this.#plan(text) };
    const value = parseJson(text);
    if (value === undefined) throw this.#malformed('it is not JSON');
    if (this.#ended) throw this.#malformed('nothing may follow the footer');
    if (Array.isArray(value)) return { kind: 'row', row: this.#row(value) };
    if (isObject(value)) return { kind: 'footer', footer: this.#footer(value) };
    throw this.#malformed('it is neither a row nor a footer');
  }

  /** Call this when there are no more lines. */
  finish(): void {
    if (this.#line === 0) throw this.#error('not-a-trace', 'is not a trace: it is empty');
    if (!this.#ended) throw this.truncated('there is no footer');
  }

  /** Returns the error for a file that ends too early. */
  truncated(why: string, cause?: unknown): TraceError {
    const rows = this.#rows === 1 ? '1 row' : `${this.#rows} rows`;
    return this.#error('truncated', `is truncated after ${rows}: ${why}`, undefined, cause);
  }

  #header(text: string): TraceHeader {
    const value = parseJson(text);
    if (!isObject(value) || value['format'] !== TRACE_FORMAT)
      throw this.#error('not-a-trace', `is not a trace: its first line does not say "format":"${TRACE_FORMAT}"`, 1);
    const { version, heading, command, plan } = value;
    if (version !== TRACE_VERSION) {
      const found = JSON.stringify(version) ?? 'unknown';
      throw this.#error('version', `is a trace of version ${found}: this program reads version ${TRACE_VERSION}`, 1);
    }
    if (!isName(plan)) throw this.#malformed('"plan" must be the digest of the plan');
    if (typeof heading !== 'string') throw this.#malformed('"heading" must be a string');
    if (!isObject(command)) throw this.#malformed('"command" must be an object');
    this.#digest = plan;
    return { format: TRACE_FORMAT, version: TRACE_VERSION, heading, command, plan };
  }

  /** Whether it is a plan that can be run is for whoever runs it to find out: here it is the one that was recorded. */
  #plan(text: string): JsonObject {
    const plan = parseJson(text);
    if (!isObject(plan)) throw this.#malformed('it is not a plan');
    const digest = digestOf(plan);
    if (digest === undefined) throw this.#malformed('it is no plan: it is nested too deep');
    if (digest !== this.#digest)
      throw this.#malformed(`the digest of this plan is ${digest}, and the header says ${this.#digest}: it was edited`);
    return plan;
  }

  #row(fields: readonly Json[]): Row {
    if (fields.length !== 6) throw this.#malformed(`a row has 6 fields, this has ${fields.length}`);
    const [at, to, from, seq, message, state] = fields;
    if (!isCount(at)) throw this.#malformed('field 1 (at) must be nanoseconds, an integer from 0 on');
    if (at < this.#at) throw this.#malformed(`field 1 (at) is ${at}, earlier than ${this.#at} in the row before it`);
    if (!isName(to)) throw this.#malformed('field 2 (to) must be the id of an agent');
    if (!isName(from)) throw this.#malformed('field 3 (from) must be the id of an agent');
    if (!isCount(seq)) throw this.#malformed('field 4 (seq) must be an integer from 0 on');
    if (!isMessage(message)) throw this.#malformed('field 5 (message) must be an object with a "type"');
    if (typeof state !== 'string') throw this.#malformed('field 6 (state) must be a string');
    const index = this.#indexes.get(to) ?? 0;
    this.#indexes.set(to, index + 1);
    this.#at = at;
    this.#rows += 1;
    return { at, to, from, seq, message, index, state };
  }

  #footer({ end, outcome, events, digest, endedAt }: JsonObject): TraceFooter {
    if (end !== true) throw this.#malformed('a footer must say "end":true');
    const known = OUTCOMES.find((each) => each === outcome);
    if (known === undefined) throw this.#malformed(`"outcome" must be one of ${OUTCOMES.join(', ')}`);
    if (!isCount(events)) throw this.#malformed('"events" must be an integer from 0 on');
    if (events !== this.#rows)
      throw this.#malformed(`the footer counts ${events} events, but there are ${this.#rows} rows`);
    if (!isName(digest)) throw this.#malformed('"digest" must be a string');
    if (!isCount(endedAt)) throw this.#malformed('"endedAt" must be nanoseconds, an integer from 0 on');
    this.#ended = true;
    return { end, outcome: known, events, digest, endedAt };
  }

  #malformed(why: string): TraceError {
    return this.#error('malformed', `is malformed in line ${this.#line}: ${why}`, this.#line);
  }

  #error(code: TraceErrorCode, what: string, line?: number, cause?: unknown): TraceError {
    return new TraceError(code, this.#path, `${this.#path} ${what}`, line, cause);
  }
}

/** Returns the digest that the plan has if it is one; undefined for JSON that is too deep for the stack. */
function digestOf(plan: JsonObject): string | undefined {
  try {
    return planDigest(plan as unknown as Plan);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** JSON has no undefined, so it can stand for "not JSON". */
function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isMessage = (value: Json | undefined): value is Message => isObject(value) && typeof value['type'] === 'string';

const isName = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';

const isCount = (value: Json | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
