/** The store of a run in the JetStream of its NATS server: files, which outlive every process but not their folder. */
import { DeliverPolicy, jetstream, type JetStreamManager, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { Objm, type ObjectStore } from '@nats-io/obj';
import type { NatsConnection } from 'nats';
import { errorText, FederationError } from './federation-error.ts';
import type { RunStore } from './run-store.ts';
import { checkName } from './subjects.ts';

/** Of the journal: a run that grants more before a checkpoint is complete could not go on from it. */
const JOURNAL_BYTES = 64 * 1_048_576;
const READ_MS = 2_000;

const nameOf = (run: string) => `dragon-${run}`;
const journalOf = (run: string) => `dragon.${run}.journal`;

/** Opens the store, which is made if it is not there. Throws `no-server` if the server has no JetStream. */
export async function openNatsStore(connection: NatsConnection, run: string): Promise<RunStore> {
  checkName('run', run);
  try {
    const manager = await jetstreamManager(connection);
    await manager.streams.add({
      name: nameOf(run),
      subjects: [journalOf(run)],
      storage: StorageType.File,
      max_bytes: JOURNAL_BYTES,
    });
    const objects = await new Objm(connection).create(nameOf(run), { storage: StorageType.File });
    return new NatsStore(connection, run, manager, objects);
  } catch (error) {
    throw new FederationError('no-server', `the NATS server keeps no checkpoints: ${errorText(error)}`);
  }
}

class NatsStore implements RunStore {
  readonly #connection: NatsConnection;
  readonly #run: string;
  readonly #manager: JetStreamManager;
  readonly #objects: ObjectStore;

  constructor(connection: NatsConnection, run: string, manager: JetStreamManager, objects: ObjectStore) {
    this.#connection = connection;
    this.#run = run;
    this.#manager = manager;
    this.#objects = objects;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#objects.putBlob({ name: key }, bytes);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.#objects.getBlob(key)) ?? undefined;
  }

  async remove(key: string): Promise<void> {
    await this.#objects.delete(key);
  }

  append(bytes: Uint8Array): void {
    if (!this.#connection.isClosed()) this.#connection.publish(journalOf(this.#run), bytes);
  }

  async entries(): Promise<readonly Uint8Array[]> {
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
    await this.#manager.streams.purge(nameOf(this.#run), { keep });
  }
}
