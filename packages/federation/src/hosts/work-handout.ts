/** The handing out of a command's work: orders go into its queue, and what hosts make of them comes back. */
import type { Link } from '../link.ts';
import { Seal } from '../seal.ts';
import type { HostRoll } from './host-roll.ts';
import { encodeOrder, HOST_SUBJECTS } from './host-words.ts';
import type { WorkQueue } from './nats-work.ts';

/** Orders for each place of a host: one that it does, and one that it need not wait for. */
const AHEAD = 2;
/** Orders under way, however many hosts there are. */
const MOST_AWAY = 1_024;

export interface WorkHandoutOptions {
  readonly key: string;
  readonly link: Link;
  readonly roll: HostRoll;
  readonly queue: WorkQueue;
}

/**
 * An order may be lost with its queue, or be done twice: whoever hands it out does what does not come back, and the
 * first reply counts.
 */
export class WorkHandout {
  readonly #options: WorkHandoutOptions;
  readonly #seal: Seal;
  readonly #away = new Set<number>();
  #onReply: (index: number, reply: unknown) => void = () => undefined;
  #onRoom: () => void = () => undefined;

  constructor(options: WorkHandoutOptions) {
    this.#options = options;
    this.#seal = new Seal(options.key);
    const { roll } = options;
    roll.onCome(() => this.#onRoom());
    roll.onMade(({ host, index, reply }) => {
      roll.channel.send(HOST_SUBJECTS.host(host), { kind: 'taken', caller: roll.caller, index });
      if (this.#away.delete(index)) this.#onReply(index, reply);
    });
  }

  /** How many more orders hosts would take. */
  get room(): number {
    const places = this.#options.roll.hosts.reduce((sum, { capacity }) => sum + capacity, 0);
    return Math.min(places * AHEAD, MOST_AWAY) - this.#away.size;
  }

  /** `onReply` is called once for each order that was done by a host; `onRoom` when a host has come. */
  listen(onReply: (index: number, reply: unknown) => void, onRoom: () => void): void {
    this.#onReply = onReply;
    this.#onRoom = onRoom;
  }

  give(index: number, order: unknown): void {
    const { link, queue, roll } = this.#options;
    this.#away.add(index);
    const { message } = this.#seal.close(HOST_SUBJECTS.work(roll.caller), encodeOrder({ index, order }));
    // What does not get there does not come back.
    if (message.length <= link.maxPayload) void queue.put(message).catch(() => undefined);
  }

  /** What of this order comes back is not wanted any more. */
  forget(index: number): void {
    this.#away.delete(index);
  }
}
