/** Lines with which a report of a finding begins: its headline behind its tag, then its sentence. */
import { wrap } from './folding.ts';
import { plainText } from './sentence.ts';
import type { Story } from './story.ts';
import type { TerminalStyle } from './terminal-style.ts';

export function storyLines(
  { tag, headline, sentence }: Pick<Story, 'tag' | 'headline' | 'sentence'>,
  { alarm }: Pick<TerminalStyle, 'alarm'>,
  width: number,
): string[] {
  return [...wrap(`${tag}: ${plainText(headline)}`, width).map(alarm), ...wrap(plainText(sentence), width)];
}
