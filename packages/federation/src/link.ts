/** The link: the little that a federation needs of a message system, and relies on. */

/**
 * Trouble of a link, as the link itself tells of it.
 * - `disconnected`, `reconnected`: messages may have been lost in between.
 * - `slow`, `faulty`: messages are being lost, and why.
 * - `denied`: the server does not let us use a subject, and will not.
 * - `lost`: the link is closed for good, not by us.
 */
export interface Trouble {
  readonly kind: 'disconnected' | 'reconnected' | 'slow' | 'faulty' | 'denied' | 'lost';
  readonly text: string;
}

/** Stops what it was returned for. Calling it again does nothing. */
export type Stop = () => void;

/**
 * Publish and subscribe by subject. A message may be lost, doubled or overtaken, and whoever uses a link must expect
 * it; it is never altered and never cut.
 */
export interface Link {
  /** The longest message in bytes. */
  readonly maxPayload: number;
  /** Sends and does not wait. Never throws: a link that is gone tells its trouble listeners. */
  publish(subject: string, bytes: Uint8Array): void;
  /** Calls `handler` with bytes that are its own to keep. The handler must not throw. */
  subscribe(subject: string, handler: (bytes: Uint8Array) => void): Stop;
  /**
   * Resolves when everything published and subscribed so far has reached the other side. Rejects if the link is lost.
   */
  flush(): Promise<void>;
  onTrouble(listener: (trouble: Trouble) => void): Stop;
  close(): Promise<void>;
}

/** The listeners of a link's troubles. */
export class TroubleListeners {
  readonly #listeners = new Set<(trouble: Trouble) => void>();

  add(listener: (trouble: Trouble) => void): Stop {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(trouble: Trouble): void {
    for (const listener of this.#listeners) listener(trouble);
  }
}
