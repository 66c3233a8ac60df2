/** The queue of a command's work: a JetStream stream from which an order is gone when a host has acknowledged it. */
import {
  AckPolicy,
  type Consumer,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  type JsMsg,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from 'nats';
import { errorText, FederationError } from '../federation-error.ts';
import { HOST_SUBJECTS } from './host-words.ts';

/** A queue of more than that would be of no use: the command keeps no more orders under way. */
const BOUND = { orders: 4_096, bytes: 64 * 1_048_576 };
/** An order of which nothing is heard for so long is given to another host. */
const ACK_WAIT_MS = 6_000;
/** How long a host waits for the next order, before it looks whether it still has room. */
const NEXT_MS = 1_000;
const HOSTS = 'hosts';

const streamOf = (caller: string) => `dragon-work-${caller}`;

/** The command's end of its queue. */
export interface WorkQueue {
  /** Resolves when the server has it. */
  put(bytes: Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

/** An order that a host has taken out of a queue. */
export interface TakenOrder {
  readonly bytes: Uint8Array;
  /** How often it was given to somebody, this time included. */
  readonly deliveries: number;
  /** It is done. */
  ack(): void;
  /** It is being done: to be said more often than every 6 s. */
  working(): void;
  /** Somebody else is to do it. */
  giveBack(): void;
  /** Nobody is to do it. */
  refuse(): void;
}

/** A host's end of a command's queue. */
export interface WorkSource {
  /** Returns undefined when none has come for a second. Rejects if the queue is gone. */
  next(): Promise<TakenOrder | undefined>;
  /** Removes the queue of a command that is gone. */
  remove(): Promise<void>;
}

/** Makes the queue of a command. Throws `no-server` if the server has no JetStream. */
export async function openWorkQueue(
  connection: NatsConnection,
  caller: string,
  ackWaitMs = ACK_WAIT_MS,
): Promise<WorkQueue> {
  try {
    const manager = await jetstreamManager(connection);
    const subject = HOST_SUBJECTS.work(caller);
    await manager.streams.add({
      name: streamOf(caller),
      subjects: [subject],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_msgs: BOUND.orders,
      max_bytes: BOUND.bytes,
    });
    await manager.consumers.add(streamOf(caller), {
      durable_name: HOSTS,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      max_ack_pending: BOUND.orders,
    });
    const client = jetstream(connection);
    return {
      put: async (bytes) => void (await client.publish(subject, bytes)),
      remove: async () => void (await manager.streams.delete(streamOf(caller))),
    };
  } catch (error) {
    throw new FederationError('no-server', `the NATS server keeps no queue of work: ${errorText(error)}`);
  }
}

/** Opens the queue of a command that has called. Rejects if it is not there. */
export async function openWorkSource(connection: NatsConnection, caller: string): Promise<WorkSource> {
  const consumer: Consumer = await jetstream(connection).consumers.get(streamOf(caller), HOSTS);
  return {
    next: async () => {
      const message = await consumer.next({ expires: NEXT_MS });
      return message === null ? undefined : taken(message);
    },
    remove: async () => void (await (await jetstreamManager(connection)).streams.delete(streamOf(caller))),
  };
}

const taken = (message: JsMsg): TakenOrder => ({
  bytes: new Uint8Array(message.data),
  deliveries: message.info.deliveryCount,
  ack: () => message.ack(),
  working: () => message.working(),
  giveBack: () => message.nak(),
  refuse: () => message.term(),
});
