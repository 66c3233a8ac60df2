/** Traces as they were written before the container, version 4, for tests of what is still read. */
import { type Plan, planDigest, type Row } from '@dragon/engine';
import type { TraceFooter, TraceSubject } from '@dragon/report';

/** Returns header and plan, a line each, without newlines. */
export function ndjsonHead({ heading, command }: TraceSubject, plan: Plan): string[] {
  const header = { format: 'dragon-trace', version: 4, heading, command, plan: planDigest(plan) };
  return [JSON.stringify(header), JSON.stringify(plan)];
}

/** Returns the line of a row. */
function ndjsonRow({ at, to, from, seq, message, state }: Row): string {
  return JSON.stringify([at, to, from, seq, message, state]);
}

/** Returns the whole text. */
export function ndjsonTrace(subject: TraceSubject, plan: Plan, rows: readonly Row[], footer: TraceFooter): string {
  const lines = [...ndjsonHead(subject, plan), ...rows.map((row) => ndjsonRow(row)), JSON.stringify(footer)];
  return lines.map((line) => `${line}\n`).join('');
}
