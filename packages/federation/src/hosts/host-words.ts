/** What commands and joined hosts say to each other: each word, the schema that it must pass, and where it is said. */
import * as z from 'zod';
import { packData, unpackData } from '../codec.ts';
import { errorText } from '../federation-error.ts';

/** Changes whenever a word does: two versions do not talk to each other. */
const HOSTS_VERSION = 1;

const name = z.string().regex(/^[\w-]{1,128}$/);
const text = z.string().max(65_536);
const count = z.int().min(0);

/** Which program somebody is of: runs of equal sources give equal results. */
const program = z.strictObject({
  /** For people, as in `sleeping-dragon 1.2.3`. */
  version: z.string().max(128),
  /** A hash of the code. */
  sources: z.string().max(128),
});

const WORD = z.discriminatedUnion('kind', [
  /** A command to all hosts, twice a second: who is there? Also the sign that it lives, and has a queue of work. */
  z.strictObject({ kind: z.literal('call'), caller: name, program, work: z.boolean() }),
  /** A host to a command: its name, and for how many processes it has room. A later one has a higher beat. */
  z.strictObject({
    kind: z.literal('present'),
    host: name,
    name,
    beat: count,
    program,
    capacity: count,
    free: count,
  }),
  /** A host to a command: it ends. */
  z.strictObject({ kind: z.literal('leaving'), host: name }),
  /** A command to a host: start this federate of this run. Said until it has come. */
  z.strictObject({ kind: z.literal('order'), caller: name, run: name, federate: name }),
  /** A command to a host: what still runs of this run is to end. */
  z.strictObject({ kind: z.literal('release'), run: name }),
  /** A host to a command: this federate has ended, or could not be started. */
  z.strictObject({ kind: z.literal('lost'), host: name, run: name, federate: name, why: text }),
  /** A host to a command: what came of an order of its queue. Said until it was taken. */
  z.strictObject({ kind: z.literal('made'), host: name, index: count, reply: z.unknown() }),
  /** A command to a host: it has this. */
  z.strictObject({ kind: z.literal('taken'), caller: name, index: count }),
]);

export type HostWord = z.infer<typeof WORD>;
export type HostProgram = z.infer<typeof program>;
export type HostWordKind = HostWord['kind'];

/** The subjects: a random name tells a process from all others, so nothing that was said to one fits another. */
export const HOST_SUBJECTS = {
  /** What commands say to all hosts of a group: those with the same key. */
  all: (group: string) => `dragon-hosts.all.${group}`,
  host: (host: string) => `dragon-hosts.host.${host}`,
  caller: (caller: string) => `dragon-hosts.caller.${caller}`,
  /** The queue of a command's work. */
  work: (caller: string) => `dragon-work.${caller}`,
} as const;

const ORDER = z.strictObject({ index: count, order: z.unknown() });

/** An order in the queue of a command: its number there, and what is to be done. */
export type WorkOrder = z.infer<typeof ORDER>;

export const encodeOrder = (order: WorkOrder): Uint8Array => packData([HOSTS_VERSION, order]);

/** Returns an order that was sealed; undefined for what is none. Never throws. */
export function decodeOrder(bytes: Uint8Array): WorkOrder | undefined {
  try {
    const [version, order] = unpackData(bytes) as unknown[];
    return version === HOSTS_VERSION ? ORDER.safeParse(order).data : undefined;
  } catch {
    return undefined;
  }
}

export const encodeWord = (word: HostWord): Uint8Array => packData([HOSTS_VERSION, word]);

/** Returns the word, or what is wrong with it. Never throws. */
export function decodeWord(bytes: Uint8Array): { readonly word: HostWord } | { readonly problem: string } {
  try {
    const values = unpackData(bytes);
    if (!Array.isArray(values)) return { problem: 'not an array' };
    const [version, word] = values as unknown[];
    if (version !== HOSTS_VERSION)
      return { problem: `hosts of version ${String(version)}, but this side is of version ${HOSTS_VERSION}` };
    const parsed = WORD.safeParse(word);
    return parsed.success ? { word: parsed.data } : { problem: parsed.error.issues[0]?.message ?? 'invalid' };
  } catch (error) {
    return { problem: `unreadable: ${errorText(error)}` };
  }
}
