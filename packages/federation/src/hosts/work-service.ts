/** The work of a host: takes orders out of the queues of commands that call, and says what came of each. */
import { setMaxListeners } from 'node:events';
import { BadFrames } from '../bad-frames.ts';
import { Seal } from '../seal.ts';
import type { HostChannel } from './host-channel.ts';
import { decodeOrder, HOST_SUBJECTS } from './host-words.ts';
import type { TakenOrder, WorkSource } from './nats-work.ts';

/** How often the queue is told that an order is being done. */
const WORKING_MS = 2_000;
/** How often a reply is repeated until its command has taken it. */
const REPEAT_MS = 500;
/** Who takes an order for the last of so many times leaves it to the command: others have died of it. */
const MOST_DELIVERIES = 5;

/**
 * Does what an order asks for; resolves with undefined if this host cannot. What comes of it after the signal is not
 * wanted.
 */
export type Perform = (order: unknown, signal: AbortSignal) => Promise<unknown>;

export interface WorkServiceOptions {
  readonly key: string;
  readonly host: string;
  readonly channel: HostChannel;
  /** Returns whether there is room for one more. */
  readonly hasRoom: () => boolean;
  readonly open: (caller: string) => Promise<WorkSource>;
  readonly perform: Perform;
  readonly onNotice: (text: string) => void;
}

/** A command that is served. */
interface Served {
  /** How to end what is done for this command. */
  readonly left: AbortController;
}

export class WorkService {
  /** Orders that are being done. */
  busy = 0;
  /** Orders that were done. */
  made = 0;
  readonly #options: WorkServiceOptions;
  readonly #seal: Seal;
  readonly #bad: BadFrames;
  readonly #served = new Map<string, Served>();
  /** Called when a command has taken a reply, by command and order. */
  readonly #waiting = new Map<string, () => void>();
  readonly #roomFor: (() => void)[] = [];

  constructor(options: WorkServiceOptions) {
    this.#options = options;
    this.#seal = new Seal(options.key);
    this.#bad = new BadFrames(options.onNotice);
  }

  /** A command calls that has a queue. */
  serve(caller: string): void {
    if (this.#served.has(caller)) return;
    const served: Served = { left: new AbortController() };
    // Each order that is being done listens.
    setMaxListeners(0, served.left.signal);
    this.#served.set(caller, served);
    void this.#takeOrders(caller, served)
      // The queue is gone, or was never there. If its command still calls, this begins again.
      .catch(() => undefined)
      .finally(() => {
        if (this.#served.get(caller) === served) this.#served.delete(caller);
      });
  }

  /** A command is done, or is silent: what is not done is given back. */
  release(caller: string): void {
    const served = this.#served.get(caller);
    if (served === undefined) return;
    this.#served.delete(caller);
    served.left.abort();
    this.roomMade();
  }

  /** A command is gone, and its queue goes with it. */
  async remove(caller: string): Promise<void> {
    try {
      await (await this.#options.open(caller)).remove();
    } catch {
      // It had none, or another host was first.
    }
  }

  /** A command has a reply. */
  taken(caller: string, index: number): void {
    this.#waiting.get(`${caller} ${index}`)?.();
  }

  /** There may be room where there was none. */
  roomMade(): void {
    for (const resolve of this.#roomFor.splice(0)) resolve();
  }

  /** Gives back what is not done. */
  close(): void {
    for (const caller of this.#served.keys()) this.release(caller);
    this.#bad.flush();
  }

  async #takeOrders(caller: string, served: Served): Promise<void> {
    const source = await this.#options.open(caller);
    while (!served.left.signal.aborted) {
      if (!this.#options.hasRoom()) {
        await new Promise<void>((resolve) => this.#roomFor.push(resolve));
        continue;
      }
      const order = await source.next();
      if (order === undefined) continue;
      if (served.left.signal.aborted) order.giveBack();
      else void this.#do(caller, order, served.left.signal);
    }
  }

  async #do(caller: string, taken: TakenOrder, left: AbortSignal): Promise<void> {
    const opened = this.#seal.open(HOST_SUBJECTS.work(caller), taken.bytes);
    const order = opened && decodeOrder(opened.bytes);
    if (order === undefined) {
      this.#bad.add('an order that is not sealed with the key of these hosts (DRAGON_RUN_KEY)');
      taken.refuse();
      return;
    }
    this.busy += 1;
    const working = setInterval(() => taken.working(), WORKING_MS);
    try {
      const reply = taken.deliveries > MOST_DELIVERIES ? undefined : await this.#options.perform(order.order, left);
      const came = reply === undefined ? 'not' : await this.#say(caller, order.index, reply, left);
      if (left.aborted) taken.giveBack();
      else if (came === 'not') taken.refuse();
      else {
        taken.ack();
        this.made += 1;
      }
    } finally {
      clearInterval(working);
      this.busy -= 1;
      this.roomMade();
    }
  }

  /** Resolves when the command has the reply, or is gone; with `not` for one that is too long to be sent. */
  async #say(caller: string, index: number, reply: unknown, left: AbortSignal): Promise<'taken' | 'not'> {
    const { channel, host } = this.#options;
    const key = `${caller} ${index}`;
    const say = () => channel.send(HOST_SUBJECTS.caller(caller), { kind: 'made', host, index, reply });
    const repeat = setInterval(say, REPEAT_MS);
    const { promise, resolve } = withResolve<'taken'>();
    const isOver = () => resolve('taken');
    this.#waiting.set(key, isOver);
    left.addEventListener('abort', isOver);
    try {
      return say() ? await promise : 'not';
    } finally {
      left.removeEventListener('abort', isOver);
      clearInterval(repeat);
      this.#waiting.delete(key);
    }
  }
}

function withResolve<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((given) => {
    resolve = given;
  });
  return { promise, resolve };
}
