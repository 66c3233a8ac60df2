/**
 * Fuzzers of what a run has stored: its checkpoints and its journal. Who has not its key, a disk among them, can change
 * no result: what is left is used, or the run ends in one line. Who has it may write whatever is true or not; a run
 * that goes on from that ends, too.
 */
import { isDeepStrictEqual } from 'node:util';
import { FederationError } from '@dragon/federation';
import { packData, unpackData } from '@dragon/federation/codec';
import { Seal } from '@dragon/federation/seal';
import type { Draw } from '../draw.ts';
import { ANY_BYTES } from './byte-mutations.ts';
import { MSGPACK_VALUE } from './data-fuzzers.ts';
import { type Fuzzer, WrongAnswer } from './fuzzer.ts';
import { JSON_TEXT } from './json-mutations.ts';
import { LONGEST, type Mutation, oneOf } from './mutation.ts';
import { goOn, KEY, packStored, RUN, type RunEnd, type Stored, storedRuns, unpackStored } from './stored-run.ts';

/** So many of what a run has stored at its instants. */
const SAMPLES = 8;

/** Where in the stored run somebody was at work: at a value under its key, or at an entry of the journal. */
interface Place {
  readonly subject: string;
  readonly message: Uint8Array;
  /** The stored run with another message there, or none. */
  readonly put: (message: Uint8Array | undefined) => Pick<Stored, 'values' | 'journal'>;
}

const subjectOf = (key: string) => `dragon.${RUN}.store.${key}`;

function valueOf(stored: Stored, draw: Draw): Place | undefined {
  const at = draw.below(stored.values.length);
  const [key, message] = stored.values[at] ?? [];
  if (key === undefined || message === undefined) return undefined;
  return {
    subject: subjectOf(key),
    message,
    put: (other) => ({ ...stored, values: stored.values.toSpliced(at, 1, ...(other ? [[key, other] as const] : [])) }),
  };
}

function entryOf(stored: Stored, draw: Draw): Place | undefined {
  const at = draw.below(stored.journal.length);
  const message = stored.journal[at];
  if (message === undefined) return undefined;
  return {
    subject: subjectOf(''),
    message,
    put: (other) => ({ ...stored, journal: stored.journal.toSpliced(at, 1, ...(other ? [other] : [])) }),
  };
}

/** What is longer than an input may be would be cut, and no stored run any more: then it stays as it was. */
function packedOr(input: Buffer, stored: Stored): Buffer {
  const bytes = [...stored.values.map(([, message]) => message), ...stored.journal];
  if (bytes.reduce((sum, { length }) => sum + length, 0) > LONGEST) return input;
  const packed = packStored(stored);
  return packed.length > LONGEST ? input : packed;
}

type PlaceDrawn = typeof valueOf;

/** Who has not the key: a message is torn, flipped, another's, an older one, or gone. */
function disturbed(place: PlaceDrawn): Mutation {
  return (input, draw, others) => {
    const stored = unpackStored(input);
    const drawn = place(stored, draw);
    if (drawn === undefined) return input;
    const other = place(unpackStored(draw.among(others) ?? input), draw)?.message;
    const message = Buffer.from(drawn.message);
    const put = [
      () => ANY_BYTES(message, draw, [Buffer.from(other ?? message)]),
      () => ANY_BYTES(message, draw, [Buffer.from(other ?? message)]),
      () => other,
      () => undefined,
    ] as const;
    return packedOr(input, { ...stored, ...drawn.put(draw.of(put)()) });
  };
}

/** Who has the key: the message is sealed again, whatever is in it now. */
function forged(place: PlaceDrawn, mutate: Mutation): Mutation {
  const seal = new Seal(KEY);
  return (input, draw, others) => {
    const stored = unpackStored(input);
    const drawn = place(stored, draw);
    const opened = drawn && seal.open(drawn.subject, drawn.message);
    // What was no longer sealed remains so.
    if (drawn === undefined || opened === undefined) return input;
    const { message } = seal.close(drawn.subject, mutate(Buffer.from(opened.bytes), draw, others));
    return packedOr(input, { ...stored, ...drawn.put(message), byKeyHolder: true });
  };
}

/** The state of an engine is text inside of a checkpoint: of another value than that, one comes to it seldom. */
const ENGINE_TEXT: Mutation = (input, draw) => {
  const checkpoint = unpacked(input);
  if (checkpoint === undefined) return MSGPACK_VALUE(input, draw, []);
  const engine = JSON_TEXT(Buffer.from(checkpoint.host.engine), draw, []).toString();
  return Buffer.from(packData({ ...checkpoint, host: { ...checkpoint.host, engine } }));
};

/** Undefined if there is nothing of an engine any more. */
function unpacked(input: Buffer): { readonly host: { readonly engine: string } } | undefined {
  try {
    const checkpoint = unpackData(input) as { readonly host: { readonly engine: string } };
    return typeof checkpoint.host.engine === 'string' ? checkpoint : undefined;
  } catch {
    return undefined;
  }
}

/** The journal as a whole: of another instant, in another order, each entry twice, or without end. */
const otherJournal: Mutation = (input, draw, others) => {
  const stored = unpackStored(input);
  const { journal } = stored;
  const put = [
    () => unpackStored(draw.among(others) ?? input).journal,
    () => journal.toReversed(),
    () => [...journal, ...journal],
    () => [...journal, ...unpackStored(draw.among(others) ?? input).journal],
    () => journal.slice(0, draw.below(journal.length + 1)),
    () => Array.from({ length: 5_000 }, (_, nth) => journal[nth % journal.length] ?? new Uint8Array()),
  ] as const;
  return packedOr(input, { ...stored, journal: draw.of(put)() });
};

/** Made once: what it goes through is the same each time, but for the names and numbers of its processes. */
let made: ReturnType<typeof storedRuns> | undefined;
const stored = () => (made ??= storedRuns());

async function samples(): Promise<readonly Buffer[]> {
  const { stored: taken } = await stored();
  const step = Math.max(1, Math.floor(taken.length / SAMPLES));
  return taken.filter((_, nth) => nth % step === 0).map(packStored);
}

async function answer(input: Buffer): Promise<string> {
  const { end: whole } = await stored();
  const kept = unpackStored(input);
  try {
    const { digest, events, endedAt } = await goOn(kept);
    if (isDeepStrictEqual({ digest, events, endedAt }, endOf(whole))) return 'the same run';
    if (kept.byKeyHolder) return 'another run, by who has the key';
    throw new WrongAnswer(
      `it goes on to ${digest} after ${events} events, not to ${whole.digest} after ${whole.events}`,
    );
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    if (error.code === 'agent-fault' && !kept.byKeyHolder) throw new WrongAnswer(`an agent breaks: ${error.message}`);
    return `refused: ${error.code}`;
  }
}

const endOf = ({ digest, events, endedAt }: RunEnd): RunEnd => ({ digest, events, endedAt });

export const CHECKPOINT_FUZZER: Fuzzer = {
  samples,
  mutate: oneOf(disturbed(valueOf), forged(valueOf, MSGPACK_VALUE), forged(valueOf, ENGINE_TEXT)),
  answer,
};

export const JOURNAL_FUZZER: Fuzzer = {
  samples,
  mutate: oneOf(disturbed(entryOf), otherJournal, forged(entryOf, MSGPACK_VALUE)),
  answer,
};
