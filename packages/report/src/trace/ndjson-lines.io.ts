/** The lines of an NDJSON trace, parsed, from its text in pieces, wherever that comes from. */
import { type NdjsonLine, NdjsonParser } from './ndjson-parser.ts';
import { TraceError } from './trace-error.ts';

/** No row is near this long: a file without newlines is not a trace, and is not read to its end to find out. */
const LONGEST_LINE = 1 << 24;
/** Some seven million rows; a file that was packed to fill the memory has more. */
const LONGEST_TRACE = 2 ** 30;

/**
 * Yields the lines; throws a `TraceError` where the file is not what it should be. `failure` makes one of what getting
 * the text has failed with. `most` characters are read.
 */
export async function* ndjsonLines(
  path: string,
  text: AsyncIterable<string>,
  failure: (cause: unknown, parser: NdjsonParser) => TraceError,
  most = LONGEST_TRACE,
): AsyncGenerator<NdjsonLine, void, undefined> {
  const parser = new NdjsonParser(path);
  // The start of a line in pieces: put together at its end, for who joins them at each piece reads all of it each time.
  let pieces: string[] = [];
  let [held, read] = [0, 0];
  try {
    for await (const chunk of text) {
      read += chunk.length;
      if (read > most)
        throw new TraceError('unreadable', path, `${path} is longer than any trace of this form that is read`);
      const [head = '', ...tails] = chunk.split('\n');
      pieces.push(head);
      held += head.length;
      if (held > LONGEST_LINE)
        throw new TraceError(
          'not-a-trace',
          path,
          `${path} is not a trace: its lines have no end (${LONGEST_LINE >> 20} MiB of one were read)`,
        );
      const last = tails.pop();
      if (last === undefined) continue;
      yield parser.parse(pieces.join(''));
      for (const line of tails) yield parser.parse(line);
      pieces = [last];
      held = last.length;
    }
  } catch (cause) {
    throw cause instanceof TraceError ? cause : failure(cause, parser);
  }
  const rest = pieces.join('');
  if (rest !== '') yield lastLine(rest, parser);
  parser.finish();
}

/** A line without a newline is a line that lost its end, unless it is whole by luck. */
function lastLine(text: string, parser: NdjsonParser): NdjsonLine {
  try {
    return parser.parse(text);
  } catch (cause) {
    const broken = cause instanceof TraceError && cause.code === 'malformed';
    throw broken ? parser.truncated('its last line breaks off', cause) : cause;
  }
}
