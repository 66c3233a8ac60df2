/**
 * A hostile peer, for tests: it hears all that a run says, replays it, and says things in other names. Without the key
 * its seals are those of a run that has none.
 */
import { decode, encode } from './codec.ts';
import type { Body, Envelope, Frame } from './frame.ts';
import type { Link } from './link.ts';
import { Seal, SEAL_BYTES } from './seal.ts';
import { subjectsOf } from './subjects.ts';

export interface Heard {
  readonly subject: string;
  readonly message: Uint8Array;
  readonly frame: Frame;
}

export class HostilePeer {
  /** All that was heard, without what it said itself. */
  readonly heard: Heard[] = [];
  readonly #link: Link;
  readonly #seal: Seal;
  readonly #subjects: readonly string[];
  readonly #said = new Set<string>();

  constructor(link: Link, run: string, federates: readonly string[], key?: string) {
    this.#link = link;
    this.#seal = new Seal(key);
    const subjects = subjectsOf(run);
    this.#subjects = [
      subjects.coordinator,
      subjects.all,
      subjects.watchers,
      ...federates.flatMap((name) => [subjects.control(name), subjects.events(name)]),
    ];
  }

  /** Calls `react` with every frame of the run. */
  listen(react: (heard: Heard) => void): void {
    for (const subject of this.#subjects)
      this.#link.subscribe(subject, (message) => {
        if (this.#said.has(`${subject} ${Buffer.from(message).toString('latin1')}`)) return;
        // Anybody can read what is sealed.
        const { frame } = decode(message.subarray(SEAL_BYTES));
        if (frame === undefined) return;
        this.heard.push({ subject, message, frame });
        react({ subject, message, frame });
      });
  }

  say(subject: string, envelope: Envelope, body: Body): void {
    this.publish(subject, this.#seal.close(subject, encode(envelope, body)).message);
  }

  publish(subject: string, message: Uint8Array): void {
    this.#said.add(`${subject} ${Buffer.from(message).toString('latin1')}`);
    this.#link.publish(subject, message);
  }

  /** Says the same thing to everybody else. */
  sayElsewhere({ subject, message }: Heard): void {
    for (const other of this.#subjects) if (other !== subject) this.publish(other, message);
  }
}

/**
 * Returns a link on which a federate with the key lies: `lie` may change what it says, and drops what it returns
 * nothing for.
 */
export function lyingLink(link: Link, lie: (frame: Frame) => Frame | undefined, key?: string): Link {
  const seal = new Seal(key);
  const publish = link.publish.bind(link);
  link.publish = (subject, message) => {
    const { frame } = decode(seal.open(subject, message)?.bytes ?? message);
    const said = frame === undefined ? undefined : lie(frame);
    if (said !== undefined) publish(subject, seal.close(subject, encode(said, said)).message);
  };
  return link;
}
