/**
 * A WebSocket that is listened to with care: messages are text, short and not too many, what arrives is parsed without
 * trust, and one that is gone without a word is noticed.
 */
import type { RawData, WebSocket } from 'ws';
import { MessageBudget } from './message-budget.ts';

/** Bytes of the longest message that a page sends. */
const LONGEST_MESSAGE = 65_536;

/** How WebSockets are made that are listened to so: not compressed, and answered to here. */
export const SOCKET_OPTIONS = {
  noServer: true,
  maxPayload: LONGEST_MESSAGE,
  perMessageDeflate: false,
  autoPong: false,
} as const;

const BUDGET = { atOnce: 200, aSecond: 60 };

/** Bytes that may wait to be sent before less is said. */
export const MOST_WAITING = 262_144;

/** Between two looks whether a slow connection has caught up. */
const DRAIN_MS = 50;

/** Between two questions whether somebody is there. */
const PULSE_MS = 15_000;

/** Codes of a WebSocket's end (RFC 6455, 7.4.1). */
const CLOSE = { unsupported: 1003, policy: 1008, internal: 1011 } as const;

export interface SocketHandlers {
  /** Called with each message that is JSON. Returns what is wrong with it. */
  readonly onMessage: (message: unknown) => string | undefined;
  readonly onClose: () => void;
  /** Called with what `onMessage` throws. */
  readonly onError: (error: unknown) => void;
}

export class Socket {
  readonly #socket: WebSocket;
  /** What a slow connection has still to be told: of each kind the last. */
  readonly #kept = new Map<string, object>();
  #drain: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, { onMessage, onClose, onError }: SocketHandlers) {
    this.#socket = socket;
    const budget = new MessageBudget(BUDGET, performance.now());
    let isThere = true;
    const pulse = setInterval(() => {
      if (!isThere) socket.terminate();
      isThere = false;
      socket.ping();
    }, PULSE_MS);
    pulse.unref();
    socket.on('pong', () => {
      isThere = true;
    });
    // Answers are bytes that wait, too: who asks more often than it reads is not answered each time.
    socket.on('ping', (data: Buffer) => {
      isThere = true;
      if (!this.isSlow) socket.pong(data);
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      isThere = true;
      if (socket.readyState !== socket.OPEN) return;
      if (!budget.take(performance.now())) return this.end('policy', 'too many messages');
      const message = isBinary ? undefined : parsed(data);
      if (message === undefined) return this.end('unsupported', 'a message is JSON');
      try {
        const problem = onMessage(message.it);
        if (problem !== undefined) this.end('policy', problem);
      } catch (error) {
        this.end('internal', 'a bug of the inspector');
        onError(error);
      }
    });
    // What a frame breaks of the protocol, the library answers with the end of the connection.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(pulse);
      clearInterval(this.#drain);
      this.#kept.clear();
      onClose();
    });
  }

  /** Whether so much waits to be sent that what can be left out should be. */
  get isSlow(): boolean {
    return this.#socket.bufferedAmount > MOST_WAITING;
  }

  send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Sends a message that says all that an earlier one of its type did: of those, a slow connection gets the last. */
  sendLast(message: { readonly type: string }): void {
    if (this.#drain === undefined && !this.isSlow) {
      this.send(message);
      return;
    }
    // In the order in which they were said last.
    this.#kept.delete(message.type);
    this.#kept.set(message.type, message);
    this.#drain ??= setInterval(() => this.#sendKept(), DRAIN_MS).unref();
  }

  #sendKept(): void {
    if (this.isSlow) return;
    clearInterval(this.#drain);
    this.#drain = undefined;
    const messages = [...this.#kept.values()];
    this.#kept.clear();
    for (const message of messages) this.send(message);
  }

  end(code: keyof typeof CLOSE, why: string): void {
    this.#socket.close(CLOSE[code], why.slice(0, 120));
    // Who does not answer to that is not waited for.
    setTimeout(() => this.#socket.terminate(), 1_000).unref();
  }
}

function textOf(data: RawData): string {
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString();
}

function parsed(data: RawData): { readonly it: unknown } | undefined {
  try {
    return { it: JSON.parse(textOf(data)) };
  } catch {
    return undefined;
  }
}
