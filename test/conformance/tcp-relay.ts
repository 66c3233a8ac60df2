/** A bad network before a server on the loopback: it delays, holds back, and cuts connections in mid-message. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type Direction = 'toServer' | 'fromServer';

export interface RelayOptions {
  /** The port of the server. */
  readonly port: number;
  /** Between which numbers of milliseconds each piece is late, in order all the same; default: not at all. */
  readonly delayMs?: readonly [least: number, most: number] | undefined;
  readonly seed?: number | undefined;
}

export class TcpRelay {
  readonly #server: Server;
  readonly #pipes = new Set<Pipe>();
  readonly #held = new Set<Direction>();

  private constructor({ port, delayMs, seed = 1 }: RelayOptions) {
    let random = seed;
    this.#server = createServer({ noDelay: true }, (client) => {
      const server = connect({ port, host: '127.0.0.1', noDelay: true });
      for (const [from, to, direction] of [
        [client, server, 'toServer'],
        [server, client, 'fromServer'],
      ] as const) {
        random += 1;
        const pipe = new Pipe(from, to, direction, delayMs && lateness(delayMs, random));
        pipe.isHeld = this.#held.has(direction);
        this.#pipes.add(pipe);
        from.on('close', () => this.#pipes.delete(pipe));
      }
    });
  }

  static async open(options: RelayOptions): Promise<TcpRelay> {
    const relay = new TcpRelay(options);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Holds back what goes in these directions until it is released, as TCP does that sends again what was lost. */
  hold(...directions: readonly Direction[]): void {
    for (const direction of directions) this.#held.add(direction);
    this.#apply();
  }

  release(): void {
    this.#held.clear();
    this.#apply();
  }

  /** Cuts every connection after so many more bytes to the server, wherever in a message that is. */
  cutAfter(bytes: number): void {
    for (const pipe of this.#pipes) if (pipe.direction === 'toServer') pipe.bytesLeft = bytes;
  }

  async close(): Promise<void> {
    for (const pipe of this.#pipes) pipe.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #apply(): void {
    for (const pipe of this.#pipes) {
      pipe.isHeld = this.#held.has(pipe.direction);
      pipe.pump();
    }
  }
}

/** Returns a function that draws how late the next piece is. */
function lateness([least, most]: readonly [number, number], seed: number): () => number {
  let state = seed;
  return () => {
    // Any generator will do that gives the same numbers for the same seed.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return least + ((most - least) * state) / 2 ** 32;
  };
}

/** One direction of one connection. */
class Pipe {
  readonly direction: Direction;
  isHeld = false;
  bytesLeft = Number.POSITIVE_INFINITY;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #lateness: (() => number) | undefined;
  readonly #waiting: { readonly chunk: Buffer; readonly dueMs: number }[] = [];
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, direction: Direction, late: (() => number) | undefined) {
    this.direction = direction;
    this.#from = from;
    this.#to = to;
    this.#lateness = late;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    for (const event of ['end', 'error', 'close'] as const) from.on(event, () => to.destroy());
  }

  cut(): void {
    clearTimeout(this.#timer);
    this.#from.destroy();
    this.#to.destroy();
  }

  /** Passes on what is due, and comes back for what is not. */
  pump(): void {
    clearTimeout(this.#timer);
    while (!this.isHeld) {
      const next = this.#waiting[0];
      if (next === undefined) return;
      const waitMs = next.dueMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.pump(), waitMs);
        return;
      }
      this.#waiting.shift();
      this.#pass(next.chunk);
    }
  }

  #take(chunk: Buffer): void {
    const lateMs = this.#lateness?.() ?? 0;
    this.#lastDueMs = Math.max(this.#lastDueMs, performance.now() + lateMs);
    this.#waiting.push({ chunk, dueMs: this.#lastDueMs });
    this.pump();
  }

  #pass(chunk: Buffer): void {
    if (chunk.length < this.bytesLeft) {
      this.bytesLeft -= chunk.length;
      this.#to.write(chunk);
      return;
    }
    this.#to.write(chunk.subarray(0, this.bytesLeft), () => this.cut());
    this.#waiting.length = 0;
    this.isHeld = true;
  }
}
