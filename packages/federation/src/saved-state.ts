/**
 * The schemas of what a run stores: its own checkpoint and those of its federates, and the entries of its journal.
 * Their seal proves that this run has written them. The schemas see to it that what somebody else wrote who had the
 * key, or a version that is not ours, is refused before anything goes on from it.
 */
import type { TraceFields, VirtualTime } from '@dragon/engine';
import * as z from 'zod';
import { unpackData } from './codec.ts';
import { PARTS } from './frame.ts';
import type { SavedHost } from './hosted-engine.ts';
import type { SavedOutputs } from './merged-outputs.ts';
import type { Applicant } from './placement.ts';
import { type Read, readAs } from './read-saved.ts';
import type { SavedTime } from './time-manager.ts';
import type { SavedWindows } from './window-runner.ts';
import { isCensus, isTraceFields } from './wire.ts';

/** A run between two rounds, as its coordinator knows it. */
export interface SavedRun {
  readonly version: number;
  readonly planDigest: string;
  readonly session: number;
  readonly checkpoint: number;
  readonly round: number;
  readonly members: readonly Applicant[];
  readonly hosts: readonly string[];
  readonly time: SavedTime;
  readonly outputs: SavedOutputs;
  readonly processed: readonly (readonly [federate: string, events: number])[];
}

/** A round as the journal has it: to whom it granted how much. */
export interface JournalEntry {
  readonly session: number;
  readonly round: number;
  readonly grants: readonly (readonly [federate: number, lbts: VirtualTime])[];
}

/** A federate between two windows. */
export interface FederateCheckpoint {
  readonly version: number;
  readonly session: number;
  readonly planDigest: string;
  readonly host: SavedHost;
  readonly windows: SavedWindows;
}

const { agentId, batch, change, count, event, instance, json, name, tag } = PARTS;

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

/** Returns what was stored as `schema` has it, or what is wrong with it. */
export function readSaved<T>(schema: z.ZodType<T>, bytes: Uint8Array): Read<T> {
  return readAs(schema, () => unpackData(bytes));
}
