/** A paragraph behind a head: what follows its first line stands below its beginning. */
import { wrap } from '@dragon/report';

/** Returns `text` behind `head`, in lines of at most `width` columns. */
export function hanging(head: string, text: string, width: number): string[] {
  const [first = '', ...rest] = wrap(text, width - head.length);
  return [head + first, ...rest.map((line) => ' '.repeat(head.length) + line)];
}
