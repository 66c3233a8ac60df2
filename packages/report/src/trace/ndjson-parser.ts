/**
 * NDJSON traces, version 4: what was written before there was a container. Read line by line, and it is said exactly
 * what is wrong with one that does not fit.
 *
 * A header and a plan, a line per row in the order of the trace, a footer. A row is a positional array `[at, to, from,
 * seq, message, state]`; its index is its place among the rows of `to`.
 */
import { type AgentId, isJson, type Json, type Message, type Row, type VirtualTime } from '@dragon/engine';
import { foreignJson } from '../foreign-json.ts';
import { TraceError, type TraceErrorCode } from './trace-error.ts';
import {
  checkedFooter,
  checkedHeader,
  checkedPlan,
  isCount,
  isName,
  isObject,
  type JsonObject,
} from './trace-fields.ts';
import { NDJSON_VERSION, TRACE_FORMAT, TRACE_VERSION, type TraceFooter, type TraceHeader } from './trace-format.ts';

export type NdjsonLine =
  | { readonly kind: 'header'; readonly header: TraceHeader }
  | { readonly kind: 'plan'; readonly plan: JsonObject }
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'footer'; readonly footer: TraceFooter };

/** Takes the lines of one file in their order; every method may throw a `TraceError`. */
export class NdjsonParser {
  readonly #path: string;
  readonly #indexes = new Map<AgentId, number>();
  #line = 0;
  #header: TraceHeader | undefined;
  #rows = 0;
  #at: VirtualTime = 0;
  #ended = false;

  /** `path` is for messages. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the next line, without its newline. */
  parse(text: string): NdjsonLine {
    this.#line += 1;
    if (this.#header !== undefined && this.#line === 2)
      return { kind: 'plan', plan: checkedPlan(text, this.#header, this.#malformed) };
    const value = foreignJson(text);
    if (this.#header === undefined) {
      this.#header = this.#headerOf(value);
      return { kind: 'header', header: this.#header };
    }
    if (value === undefined) throw this.#malformed('it is not JSON');
    if (this.#ended) throw this.#malformed('nothing may follow the footer');
    if (Array.isArray(value)) return { kind: 'row', row: this.#row(value) };
    if (!isObject(value)) throw this.#malformed('it is neither a row nor a footer');
    const footer = checkedFooter(value, this.#rows, this.#malformed);
    this.#ended = true;
    return { kind: 'footer', footer };
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

  #headerOf(value: Json | undefined): TraceHeader {
    if (!isObject(value) || value['format'] !== TRACE_FORMAT)
      throw this.#error('not-a-trace', `is not a trace: its first line does not say "format":"${TRACE_FORMAT}"`, 1);
    const { version } = value;
    if (version === TRACE_VERSION)
      throw this.#error('not-a-trace', 'is not a trace any more: it was unpacked, or packed anew');
    if (version !== NDJSON_VERSION) throw TraceError.version(this.#path, version, 1);
    return checkedHeader(value, { format: TRACE_FORMAT, version }, this.#malformed);
  }

  #row(fields: readonly Json[]): Row {
    if (fields.length !== 6) throw this.#malformed(`a row has 6 fields, this has ${fields.length}`);
    const [at, to, from, seq, message, state] = fields;
    if (!isCount(at)) throw this.#malformed('field 1 (at) must be nanoseconds, an integer from 0 on');
    if (at < this.#at) throw this.#malformed(`field 1 (at) is ${at}, earlier than ${this.#at} in the row before it`);
    if (!isName(to)) throw this.#malformed('field 2 (to) must be the id of an agent');
    if (!isName(from)) throw this.#malformed('field 3 (from) must be the id of an agent');
    if (!isCount(seq)) throw this.#malformed('field 4 (seq) must be an integer from 0 on');
    if (!isMessage(message))
      throw this.#malformed('field 5 (message) must be an object with a "type", and not nested deep');
    if (typeof state !== 'string') throw this.#malformed('field 6 (state) must be a string');
    const index = this.#indexes.get(to) ?? 0;
    this.#indexes.set(to, index + 1);
    this.#at = at;
    this.#rows += 1;
    return { at, to, from, seq, message, index, state };
  }

  readonly #malformed = (why: string): TraceError =>
    this.#error('malformed', `is malformed in line ${this.#line}: ${why}`, this.#line);

  #error(code: TraceErrorCode, what: string, line?: number, cause?: unknown): TraceError {
    return new TraceError(code, this.#path, `${this.#path} ${what}`, line, cause);
  }
}

const isMessage = (value: Json | undefined): value is Message =>
  isObject(value) && typeof value['type'] === 'string' && isJson(value);
