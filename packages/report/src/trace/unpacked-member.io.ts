/** Unpacking of a gzip member by what web pages and Node have alike. */

/** No text of a trace is near this long; a file that was made to fill the memory is. */
const LONGEST_TEXT = 1 << 28;

/** Resolves to the text of a member; to undefined if it is damaged, or longer than any part of a trace. */
export async function unpackedMember(member: Uint8Array): Promise<string | undefined> {
  const packed = new Blob([member.slice()]).stream();
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > LONGEST_TEXT) throw new Error('it is too long to be a part of a trace');
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    void reader.cancel().catch(() => undefined);
    return undefined;
  }
}
