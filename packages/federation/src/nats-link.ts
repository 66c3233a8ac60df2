/** The link over NATS: core publish and subscribe, watched, so that no loss stays silent. */
import { type ConnectionOptions, connect, type NatsConnection, PermissionViolationError, type Status } from 'nats';
import { errorText, FederationError } from './federation-error.ts';
import { type Link, type Stop, type Trouble, TroubleListeners } from './link.ts';
import { isRefusal, noServer } from './nats-refusal.ts';
import { openWorkQueue, openWorkSource, type WorkQueue, type WorkSource } from './hosts/nats-work.ts';
import { openNatsStore } from './nats-store.ts';
import { connectionOptions, type NatsAddress } from './processes/nats-address.ts';
import { publicUrl } from './processes/public-url.ts';
import type { RunStore } from './run-store.ts';

export interface NatsLinkOptions {
  /** Shown in the server's list of connections. */
  readonly name?: string | undefined;
  /** How long to try until somebody answers at the address, in milliseconds; default 0: once. */
  readonly retryMs?: number | undefined;
  /** How long a server may take to let us in, in milliseconds; default 5000. */
  readonly answerMs?: number | undefined;
  /** Ends the trying. */
  readonly signal?: AbortSignal | undefined;
  /** How long a connection that broke may take to come back before the link counts as lost; default 10000. */
  readonly reconnectMs?: number | undefined;
}

/**
 * Pings every 2 s, two of which may be unanswered: a dead connection is noticed within 6 s even if TCP says nothing.
 */
const CLIENT: ConnectionOptions = {
  pingInterval: 2_000,
  maxPingOut: 2,
  reconnectTimeWait: 200,
  reconnectJitter: 50,
  // NatsLink itself decides when it is too long.
  maxReconnectAttempts: -1,
  noAsyncTraces: true,
};

/**
 * Returns a link. Throws `no-server`, with the address and what to do, if nobody answers there or the login is refused.
 */
export async function connectNats(address: NatsAddress, options: NatsLinkOptions = {}): Promise<NatsLink> {
  const { name, answerMs: timeout = 5_000 } = options;
  const client = { ...CLIENT, timeout, ...connectionOptions(address), ...(name && { name }) };
  const giveUp = performance.now() + (options.retryMs ?? 0);
  for (;;) {
    try {
      return new NatsLink(await connect(client), publicUrl(address.url), options.reconnectMs ?? 10_000);
    } catch (error) {
      if (isRefusal(error) || options.signal?.aborted || performance.now() >= giveUp)
        throw await noServer(address, error);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

export class NatsLink implements Link {
  readonly maxPayload: number;
  readonly #connection: NatsConnection;
  readonly #url: string;
  readonly #reconnectMs: number;
  readonly #troubles = new TroubleListeners();
  #closing = false;
  #lost = false;
  #patience: NodeJS.Timeout | undefined;

  constructor(connection: NatsConnection, url: string, reconnectMs: number) {
    this.#connection = connection;
    this.#url = url;
    this.#reconnectMs = reconnectMs;
    this.maxPayload = connection.info?.max_payload ?? 1_048_576;
    void this.#watch();
    void connection.closed().then((error) => this.#lose(error ? errorText(error) : 'closed'));
  }

  publish(subject: string, bytes: Uint8Array): void {
    if (this.#closing || this.#lost) return;
    try {
      this.#connection.publish(subject, bytes);
    } catch (error) {
      this.#troubles.tell({ kind: 'faulty', text: `could not publish to ${subject}: ${errorText(error)}` });
    }
  }

  subscribe(subject: string, handler: (bytes: Uint8Array) => void): Stop {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        // `message.data` is a view into the client's read buffer, and so would be its `slice()`, for it is a Buffer.
        if (!error) handler(new Uint8Array(message.data));
        // What the server does not allow is told as a status as well.
        else if (!(error instanceof PermissionViolationError))
          this.#troubles.tell({ kind: 'faulty', text: `cannot subscribe to ${subject}: ${errorText(error)}` });
      },
    });
    return () => subscription.unsubscribe();
  }

  async flush(): Promise<void> {
    try {
      await Promise.race([this.#connection.flush(), this.#connection.closed()]);
    } catch {
      // A pong that will not come after a disconnection: the link is either lost, or back with its subscriptions.
    }
    if (this.#lost || this.#closing) throw new FederationError('link-lost', `lost the NATS server at ${this.#url}`);
  }

  /** Opens the store of a run at the server. Throws `no-server` if it has none. */
  openStore(run: string): Promise<RunStore> {
    return openNatsStore(this.#connection, run);
  }

  /** Makes the queue of a command's work at the server. Throws `no-server` if it can have none. */
  openWorkQueue(caller: string, ackWaitMs?: number): Promise<WorkQueue> {
    return openWorkQueue(this.#connection, caller, ackWaitMs);
  }

  /** Opens the queue of a command. Rejects if it is not there. */
  openWorkSource(caller: string): Promise<WorkSource> {
    return openWorkSource(this.#connection, caller);
  }

  onTrouble(listener: (trouble: Trouble) => void): Stop {
    return this.#troubles.add(listener);
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#patience);
    await this.#connection.close();
  }

  async #watch(): Promise<void> {
    for await (const status of this.#connection.status()) this.#notice(status);
  }

  #notice(status: Status): void {
    if (this.#closing) return;
    switch (status.type) {
      case 'disconnect':
        this.#troubles.tell({ kind: 'disconnected', text: `lost the connection to the NATS server at ${this.#url}` });
        this.#patience ??= setTimeout(() => this.#lose('no connection'), this.#reconnectMs);
        break;
      case 'reconnect':
        clearTimeout(this.#patience);
        this.#patience = undefined;
        this.#troubles.tell({ kind: 'reconnected', text: `connected again to the NATS server at ${this.#url}` });
        break;
      case 'error':
        this.#troubles.tell(this.#saidByServer(status.error));
        break;
      case 'slowConsumer':
        this.#troubles.tell({ kind: 'slow', text: `${status.pending} messages wait for ${status.sub.getSubject()}` });
        break;
      case 'staleConnection':
      case 'forceReconnect':
      case 'reconnecting':
      case 'update':
      case 'ldm':
      case 'ping':
      case 'close':
        break;
    }
  }

  #saidByServer(error: Error): Trouble {
    if (!(error instanceof PermissionViolationError))
      return { kind: 'faulty', text: `the NATS server says: ${errorText(error)}` };
    const what = error.operation === 'publish' ? 'publish' : 'subscribe';
    return { kind: 'denied', text: `the NATS server at ${this.#url} does not let us ${what} to ${error.subject}` };
  }

  #lose(why: string): void {
    if (this.#closing || this.#lost) return;
    this.#lost = true;
    clearTimeout(this.#patience);
    this.#troubles.tell({ kind: 'lost', text: `lost the NATS server at ${this.#url} (${why})` });
    void this.#connection.close().catch(() => undefined);
  }
}
