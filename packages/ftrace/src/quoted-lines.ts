/** Lines that a quoted-printable mail has in pieces, put together again. RFC 2045, 6.7. */

/** So long is a line of such a mail at most. */
const LONGEST = 76;
const LONGEST_WHOLE = 8_192;
const QUOTED = /=([0-7][0-9A-F])/g;

const unquoted = (text: string) =>
  text.replaceAll(QUOTED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

export class QuotedLines {
  #soft: string | undefined;
  /** The text is such a mail. */
  #quoted = false;

  /** Whether nothing so far looks like such a mail. */
  get isPlain(): boolean {
    return this.#soft === undefined && !this.#quoted;
  }

  /** Whether the line before goes on in the next one. */
  get isOpen(): boolean {
    return this.#soft !== undefined;
  }

  /** Returns the whole line that ends with this one, undefined if it goes on. */
  whole(line: string): string | undefined {
    const before = this.#soft;
    if (line.endsWith('=') && line.length <= LONGEST && (before ?? '').length < LONGEST_WHOLE) {
      this.#soft = (before ?? '') + line.slice(0, -1);
      return undefined;
    }
    this.#soft = undefined;
    if (before !== undefined) this.#quoted = true;
    return this.#quoted ? unquoted((before ?? '') + line) : line;
  }

  /** Returns the line before as it stands, if it only looked like a piece: it does not go on. */
  closed(): string | undefined {
    const text = this.#soft;
    this.#soft = undefined;
    return text === undefined ? undefined : `${text}=`;
  }
}
