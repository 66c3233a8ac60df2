/** Feeding a parser with text as it is read from a file. */
import type { FtraceParser } from './ftrace-parser.ts';

/** Text in which every character is printed as it stands: nearly all of it, and told for a region at once. */
const NOT_PLAIN = /[^\t\r\n -~]/;

/** Feeds all lines of a region; what was cut may have lost its end. */
export function feedRegion(
  parser: FtraceParser,
  { text, end: how }: { readonly text: string; readonly end: 'newline' | 'none' | 'cut' },
): void {
  parser.isPlain = !NOT_PLAIN.test(text);
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    parser.line(text.slice(start, end));
    start = end + 1;
  }
  if (how === 'cut') parser.cutLine(text.slice(start));
  else parser.line(text.slice(start));
}
