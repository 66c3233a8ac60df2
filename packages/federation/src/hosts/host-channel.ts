/** A link that speaks the words of hosts: all are sealed with the key that hosts and commands share. */
import { BadFrames } from '../bad-frames.ts';
import type { Link, Stop } from '../link.ts';
import { Seal } from '../seal.ts';
import { decodeWord, encodeWord, HOST_SUBJECTS, type HostWord, type HostWordKind } from './host-words.ts';

export class HostChannel {
  /** Where all who have this key are called: others at the same server do not hear it. */
  readonly all: string;
  readonly #link: Link;
  readonly #seal: Seal;
  readonly #bad: BadFrames;
  readonly #stops: Stop[] = [];

  /** `onBadWords` is called once a second at most. */
  constructor(link: Link, key: string, onBadWords: (text: string) => void) {
    this.#link = link;
    this.#seal = new Seal(key);
    // What is hashed is no subject, so this is the tag of nothing that is ever sent.
    this.all = HOST_SUBJECTS.all(this.#seal.tagOf('group of hosts', new Uint8Array()));
    this.#bad = new BadFrames(onBadWords);
  }

  /** Returns false for a word that is too long to be sent. */
  send(subject: string, word: HostWord): boolean {
    const { message } = this.#seal.close(subject, encodeWord(word));
    if (message.length > this.#link.maxPayload) return false;
    this.#link.publish(subject, message);
    return true;
  }

  /** Calls `handler` with each word that is sealed with our key and of one of these kinds. */
  listen<Kind extends HostWordKind>(
    subject: string,
    kinds: readonly Kind[],
    handler: (word: Extract<HostWord, { readonly kind: Kind }>) => void,
  ): void {
    const isKind = (word: HostWord): word is Extract<HostWord, { readonly kind: Kind }> =>
      (kinds as readonly string[]).includes(word.kind);
    this.#stops.push(
      this.#link.subscribe(subject, (message) => {
        const opened = this.#seal.open(subject, message);
        const decoded = opened && decodeWord(opened.bytes);
        if (decoded === undefined) this.#bad.add('not sealed with the key of these hosts (DRAGON_RUN_KEY)');
        else if ('problem' in decoded) this.#bad.add(decoded.problem);
        else if (!isKind(decoded.word)) this.#bad.add(`${decoded.word.kind}: nobody says that here`);
        else handler(decoded.word);
      }),
    );
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#bad.flush();
  }
}
