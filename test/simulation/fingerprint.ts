/**
 * A run in one line: its verdict, counts and instants, and a hash of the key of every event, to compare with the same
 * run of earlier code. Nothing in it depends on how messages, states or timers are called.
 */
import { compareText, Hasher, type LogLine, type Row } from '@dragon/engine';
import type { Simulation } from './simulate.ts';

/** What is empty is left out. */
export interface Fingerprint {
  readonly outcome: string;
  readonly parties?: readonly string[];
  readonly foundAt?: number;
  readonly endedAt: number;
  readonly events: number;
  /** Lines of the kernel log that are not indented, as stacks and releases are, and a hash of instants and texts. */
  readonly log?: readonly [lines: number, hash: string];
  readonly oomKills?: readonly (readonly [at: number, task: string])[];
  /** Hits of each tracepoint. */
  readonly hits: { readonly [tracepoint: string]: number };
  readonly keys: string;
}

export function fingerprint({ outcome, parties, result, rows, hits }: Simulation): Fingerprint {
  const { foundAt, endedAt, events } = result;
  const log = result.log.filter(({ text }) => !text.startsWith(' '));
  const counts = new Map<string, number>();
  for (const { event } of hits) counts.set(event, (counts.get(event) ?? 0) + 1);
  const kills = hits.filter(({ event }) => event === 'mark_victim');
  return {
    outcome,
    ...(parties.length > 0 ? { parties } : {}),
    ...(foundAt === undefined ? {} : { foundAt }),
    endedAt,
    events,
    ...(log.length > 0 ? { log: [log.length, logHash(log)] } : {}),
    ...(kills.length > 0 ? { oomKills: kills.map(({ at, fields }) => [at, String(fields['task'])]) } : {}),
    hits: Object.fromEntries([...counts].sort(([a], [b]) => compareText(a, b))),
    keys: keysHash(rows),
  };
}

/**
 * One chain an agent, combined in the order of their names: agents may take turns in another order within an instant.
 */
export function keysHash(rows: readonly Pick<Row, 'at' | 'to' | 'from' | 'seq'>[]): string {
  const chains = new Map<string, Hasher>();
  for (const { at, to, from, seq } of rows) {
    const chain = chains.get(to) ?? new Hasher();
    chains.set(to, chain);
    chain.number(at);
    chain.text(from);
    chain.number(seq);
  }
  const whole = new Hasher();
  for (const [agent, { a, b }] of [...chains].sort(([x], [y]) => compareText(x, y))) {
    whole.text(agent);
    for (const lane of [a, b]) whole.word(lane);
  }
  return whole.hex();
}

function logHash(log: readonly LogLine[]): string {
  const hasher = new Hasher();
  for (const { at, text } of log) {
    hasher.number(at);
    hasher.text(text);
  }
  return hasher.hex();
}
