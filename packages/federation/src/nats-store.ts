/** The store of a run in the JetStream of its NATS server: files, which outlive every process but not their folder. */
import {
  DeliverPolicy,
  jetstream,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  StorageType,
} from '@nats-io/jetstream';
import { Objm, type ObjectStore } from '@nats-io/obj';
import type { NatsConnection, QueuedIterator, Status } from 'nats';
import { errorText, FederationError } from './federation-error.ts';
import type { RunStore } from './run-store.ts';
import { checkName } from './subjects.ts';

/** Of the journal: a run that grants more before a checkpoint is complete could not go on from it. */
const JOURNAL_BYTES = 64 * 1_048_576;
const READ_MS = 2_000;
/** How long a server that is started again may take until it stores again what is asked for. */
const AWAY_MS = 15_000;
const RETRY_MS = 100;

const nameOf = (run: string) => `dragon-${run}`;
const journalOf = (run: string) => `dragon.${run}.journal`;

/** Opens the store, which is made if it is not there. Throws `no-server` if the server has no JetStream. */
export async function openNatsStore(connection: NatsConnection, run: string): Promise<RunStore> {
  checkName('run', run);
  try {
    return await insist(connection, async () => {
      const manager = await jetstreamManager(connection);
      await manager.streams.add({
        name: nameOf(run),
        subjects: [journalOf(run)],
        storage: StorageType.File,
        max_bytes: JOURNAL_BYTES,
      });
      const objects = await new Objm(connection).create(nameOf(run), { storage: StorageType.File });
      return new NatsStore(connection, run, manager, objects);
    });
  } catch (error) {
    throw new FederationError('no-server', `the NATS server keeps no checkpoints: ${errorText(error)}`);
  }
}

class NatsStore implements RunStore {
  readonly #connection: NatsConnection;
  readonly #run: string;
  readonly #manager: JetStreamManager;
  readonly #objects: ObjectStore;
  /** What was appended since it was last trimmed: a server that is killed has not stored all that it was sent. */
  #journal: Uint8Array[] = [];

  constructor(connection: NatsConnection, run: string, manager: JetStreamManager, objects: ObjectStore) {
    this.#connection = connection;
    this.#run = run;
    this.#manager = manager;
    this.#objects = objects;
    void this.#repeatJournal();
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#insist(() => this.#objects.putBlob({ name: key }, bytes));
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.#insist(() => this.#objects.getBlob(key))) ?? undefined;
  }

  async remove(key: string): Promise<void> {
    await this.#insist(() => this.#objects.delete(key));
  }

  append(bytes: Uint8Array): void {
    this.#journal.push(bytes);
    this.#publish(bytes);
  }

  entries(): Promise<readonly Uint8Array[]> {
    return this.#insist(() => this.#entries());
  }

  async #entries(): Promise<readonly Uint8Array[]> {
    const { state } = await this.#manager.streams.info(nameOf(this.#run));
    if (state.messages === 0) return [];
    const consumers = jetstream(this.#connection).consumers;
    const consumer = await consumers.get(nameOf(this.#run), { deliver_policy: DeliverPolicy.All });
    const entries: Uint8Array[] = [];
    for await (const message of await consumer.fetch({ max_messages: state.messages, expires: READ_MS })) {
      entries.push(new Uint8Array(message.data));
      if (message.seq >= state.last_seq) break;
    }
    return entries;
  }

  async trim(keep: number): Promise<void> {
    this.#journal = keep === 0 ? [] : this.#journal.slice(-keep);
    await this.#insist(() => this.#manager.streams.purge(nameOf(this.#run), { keep }));
  }

  /** Entries that were stored come again, in the same order: they have numbers, and the last ones are the same. */
  async #repeatJournal(): Promise<void> {
    for await (const { type } of this.#connection.status())
      if (type === 'reconnect') for (const bytes of this.#journal) this.#publish(bytes);
  }

  #publish(bytes: Uint8Array): void {
    if (!this.#connection.isClosed()) this.#connection.publish(journalOf(this.#run), bytes);
  }

  #insist<T>(ask: () => Promise<T>): Promise<T> {
    return insist(this.#connection, ask);
  }
}

/** Asks again what a server that went away did not answer. What is asked may be done twice. */
async function insist<T>(connection: NatsConnection, ask: () => Promise<T>): Promise<T> {
  const giveUp = performance.now() + AWAY_MS;
  for (;;) {
    const broken = brokenConnection(connection);
    try {
      return await Promise.race([ask(), broken.promise]);
    } catch (error) {
      if (isAnswer(error) || connection.isClosed() || performance.now() >= giveUp) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    } finally {
      broken.stop();
    }
  }
}

/** The client does not export the class of the second one. */
const isAnswer = (error: unknown) =>
  error instanceof JetStreamApiError || (error instanceof Error && error.name === 'JetStreamNotEnabled');

/** A promise that rejects when the connection breaks or is back: what was asked before may get no answer. */
function brokenConnection(connection: NatsConnection): { readonly promise: Promise<never>; readonly stop: () => void } {
  let stop = () => {};
  const promise = new Promise<never>((_, reject) => {
    const statuses = connection.status();
    const watch = async () => {
      for await (const { type } of statuses)
        if (type === 'disconnect' || type === 'reconnect') reject(new Error('the connection broke'));
    };
    void watch();
    // A status of a connection is a queue, which ends when it is stopped.
    stop = () => (statuses as QueuedIterator<Status>).stop();
  });
  return { promise, stop };
}
