/**
 * The schemas of what a run stores: its own checkpoint and those of its federates, and the entries of its journal.
 * Their seal proves that this run has written them. The schemas see to it that what somebody else wrote who had the
 * key, or a version that is not ours, is refused before anything goes on from it.
 */
import { type EngineSnapshot, isJson, type Json, type TraceFields } from '@dragon/engine';
import * as z from 'zod';
import { unpackData } from './codec.ts';
import type { FederateCheckpoint } from './federate-checkpoints.ts';
import { errorText } from './federation-error.ts';
import { PARTS } from './frame.ts';
import type { JournalEntry, SavedRun } from './run-checkpoints.ts';
import { isCensus, isTraceFields } from './wire.ts';

const { agentId, batch, change, count, event, instance, json, message, name, tag } = PARTS;

const census = z.custom<Readonly<Record<string, number>>>(isCensus);
const fields = z.custom<TraceFields>(isTraceFields);
const hit = z.strictObject({ at: count, agent: agentId, event: z.string(), fields });
const line = z.strictObject({ at: count, agent: agentId, text: z.string() });
const sample = z.strictObject({ at: count, agent: agentId, numbers: census });
const row = event.extend({ index: count, state: z.string() });
const seqs = z.array(z.tuple([count, count]));
const version = count;
const planDigest = z.string().length(16);
const session = count;

const clock = z.strictObject({
  next: count,
  onTheirWay: z.array(z.strictObject({ from: count, ...batch })),
  window: count,
  // Before it has said anything, less than none.
  processed: z.int().min(-1),
  seqs,
  acked: seqs,
});

const runEnd = z.strictObject({
  at: count,
  foundAt: count.nullable(),
  findings: z.array(
    z.strictObject({ kind: z.enum(['deadlock', 'oom', 'stall', 'property']), at: count, evidence: json }),
  ),
  pending: z.array(z.union([change, hit])),
  finders: z.array(json),
});

export const SAVED_RUN: z.ZodType<SavedRun> = z
  .strictObject({
    version,
    planDigest,
    session,
    checkpoint: count,
    round: count,
    members: z
      .array(
        z.strictObject({
          name,
          instance,
          kinds: z.literal('any').or(z.array(agentId)),
          capacity: z.int().min(1),
        }),
      )
      .min(1),
    hosts: z.array(name),
    time: z.strictObject({ clocks: z.array(clock), stopped: z.array(count) }),
    outputs: z.strictObject({
      end: runEnd,
      handedOn: z.strictObject({ rows: count, hits: count, changes: count, samples: count, verdicts: count }),
      changes: z.array(change),
      hits: z.array(hit),
      rows: z.array(row),
      firstLines: z.array(line),
      lines: z.array(line),
      samples: z.array(sample),
      counted: z.array(z.tuple([agentId, census])),
    }),
    processed: z.array(z.tuple([name, count])),
  })
  .check(({ value: { members, hosts, time }, issues }) => {
    const names = members.map((member) => member.name);
    const isMember = (index: number) => index < names.length;
    const { clocks, stopped } = time;
    const fits =
      new Set(names).size === names.length &&
      hosts.every((host) => names.includes(host)) &&
      clocks.length === names.length &&
      stopped.every(isMember) &&
      clocks.every(
        (each) =>
          each.onTheirWay.every(({ from }) => isMember(from)) &&
          [...each.seqs, ...each.acked].every(([federate]) => isMember(federate)),
      );
    if (!fits)
      issues.push({ code: 'custom', path: ['time'], message: 'names who is no member', input: time, continue: false });
  });

export const JOURNAL_ENTRY: z.ZodType<JournalEntry> = z.strictObject({ session, round: count, grants: seqs });

const steps = z.array(z.strictObject({ event, index: count, state: z.string() }));

export const FEDERATE_CHECKPOINT: z.ZodType<FederateCheckpoint> = z.strictObject({
  version,
  session,
  planDigest,
  host: z.strictObject({
    engine: z.string(),
    processed: count,
    limit: count,
    history: z.array(z.tuple([agentId, z.strictObject({ recent: steps, turns: steps })])),
    census: z
      .strictObject({ told: z.array(z.tuple([agentId, census])), moved: z.array(agentId), due: count })
      .nullable(),
    inbox: z.array(z.strictObject({ name, seq: count })),
    outbox: z.array(
      z.tuple([
        name,
        count,
        z.array(
          z.tuple([
            count,
            z.strictObject({
              subject: z.string(),
              messages: z.array(z.custom<Uint8Array>((value) => value instanceof Uint8Array)),
              tag,
            }),
          ]),
        ),
      ]),
    ),
  }),
  windows: z.strictObject({ window: count, count }),
});

const int = z.int();
const isAnyJson = z.custom<Json>(isJson);

/** Of an agent's state its definition alone knows what it may be. */
const ENGINE_SNAPSHOT: z.ZodType<EngineSnapshot> = z.strictObject({
  now: count,
  agents: z.array(
    z.strictObject({
      id: agentId,
      state: isAnyJson,
      stream: z.tuple([int, int, int, int]),
      pausable: z.array(z.string()),
      stopped: z.array(z.strictObject({ timer: z.string(), left: count, message })),
      paused: z.boolean(),
      seq: count,
      chain: z.tuple([int, int, count]),
      crashed: z.literal(true).optional(),
      floors: z.array(z.tuple([count, count])).optional(),
    }),
  ),
  events: z.array(event),
});

export type Read<T> = { readonly value: T } | { readonly problem: string };

/** Returns what was stored as `schema` has it, or what is wrong with it. Never throws. */
export function readSaved<T>(schema: z.ZodType<T>, bytes: Uint8Array): Read<T> {
  return read(schema, () => unpackData(bytes));
}

/** Returns an engine that was stored as text, or what is wrong with it. Never throws. */
export function readSnapshot(text: string): Read<EngineSnapshot> {
  return read(ENGINE_SNAPSHOT, () => JSON.parse(text) as unknown);
}

function read<T>(schema: z.ZodType<T>, unpacked: () => unknown): Read<T> {
  try {
    const { data, error } = schema.safeParse(unpacked());
    const [issue] = error?.issues ?? [];
    return issue === undefined
      ? { value: data as T }
      : { problem: `${issue.path.map(String).join('.')}: ${issue.message}` };
  } catch (error) {
    // What is looked at comes from anywhere.
    return { problem: errorText(error) };
  }
}
