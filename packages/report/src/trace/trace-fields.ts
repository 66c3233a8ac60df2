/** Header, plan and footer of a trace, checked: the same in every form that a trace has. */
import { isJson, type Json, type Plan, planDigest } from '@dragon/engine';
import { parseJson, shownJson } from '../foreign-json.ts';
import { OUTCOMES } from '../outcome.ts';
import type { TraceError } from './trace-error.ts';
import type { TraceFooter, TraceFork, TraceHeader } from './trace-format.ts';

export type JsonObject = { readonly [key: string]: Json | undefined };

/** Makes the error of a trace that has something wrong, as in `"events" must be an integer from 0 on`. */
export type Malformed = (why: string) => TraceError;

/** Returns the header; format and version have been looked at, and are passed on. */
export function checkedHeader(
  { heading, command, plan, fork }: JsonObject,
  kind: Pick<TraceHeader, 'format' | 'version'>,
  malformed: Malformed,
): TraceHeader {
  if (!isName(plan)) throw malformed('"plan" must be the digest of the plan');
  if (typeof heading !== 'string') throw malformed('"heading" must be a string');
  if (!isObject(command) || !isJson(command)) throw malformed('"command" must be an object, and not nested deep');
  const header = { ...kind, heading, command, plan };
  return fork === undefined ? header : { ...header, fork: checkedFork(fork, malformed) };
}

function checkedFork(fork: Json, malformed: Malformed): TraceFork {
  const { parent, at, events } = isObject(fork) ? fork : {};
  if (!isName(parent) || !isCount(at) || !isCount(events))
    throw malformed('"fork" must have the digest of a plan as "parent", and integers as "at" and "events"');
  return { parent, at, events };
}

/**
 * Returns the plan that a text is. Whether it can be run is for whoever runs it to find out: here it is the one that
 * was recorded, whose digest the header says, with names that may be shown.
 */
export function checkedPlan(text: string, { plan: expected }: TraceHeader, malformed: Malformed): JsonObject {
  const plan = parseJson(text);
  if (!isObject(plan)) throw malformed('it is not a plan');
  const digest = digestOf(plan);
  if (digest === undefined) throw malformed('it is no plan: it is nested too deep');
  if (digest !== expected)
    throw malformed(`the digest of this plan is ${digest}, and the header says ${expected}: it was edited`);
  return shownJson(plan) as JsonObject;
}

/** Returns the footer of a trace that has so many rows. */
export function checkedFooter(
  { end, outcome, events, digest, endedAt }: JsonObject,
  rows: number,
  malformed: Malformed,
): TraceFooter {
  if (end !== true) throw malformed('a footer must say "end":true');
  const known = OUTCOMES.find((each) => each === outcome);
  if (known === undefined) throw malformed(`"outcome" must be one of ${OUTCOMES.join(', ')}`);
  if (!isCount(events)) throw malformed('"events" must be an integer from 0 on');
  if (events !== rows) throw malformed(`the footer counts ${events} events, but there are ${rows} rows`);
  if (!isName(digest)) throw malformed('"digest" must be a string');
  if (!isCount(endedAt)) throw malformed('"endedAt" must be nanoseconds, an integer from 0 on');
  return { end, outcome: known, events, digest, endedAt };
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

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** An id or a digest. */
export const isName = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';

export const isInteger = (value: Json | undefined): value is number => Number.isSafeInteger(value);

/** Nanoseconds, an index, a number of things. */
export const isCount = (value: Json | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
