/** What a rule did to a message or a timer, in words. */
import { type FateKind, formatDuration, formatSeconds, type ToldVerdict } from '@dragon/engine';
import { printable } from './printable.ts';
import { type Sentence, sentence } from './sentence.ts';
import type { TaskNames } from './task-names.ts';

export const FATE_WORDS: Readonly<Record<FateKind, string>> = {
  delay: 'delayed',
  hold: 'held',
  reorder: 'let others overtake',
  drop: 'dropped',
  duplicate: 'doubled',
};

/** As in `rule lost dropped kswapd.wake from memory/0 to kswapd0 at 1.2 s`. */
export function verdictSentence({ at, from, to, rule, fate, what, by }: ToldVerdict, tasks: TaskNames): Sentence {
  const way =
    from === to ? sentence`of ${tasks.piece(from)}` : sentence`from ${tasks.piece(from)} to ${tasks.piece(to)}`;
  const late = by > 0 ? ` by ${formatDuration(by)}` : '';
  return sentence`rule ${rule} ${FATE_WORDS[fate]} ${what} ${way} at ${formatSeconds(at)} s${late}`;
}

/** Returns a verdict in one line, as in `0.222772206  memory/0 -> kswapd/0  kswapd.wake  dropped by rule lost`. */
export function verdictText({ at, from, to, rule, fate, what, by }: ToldVerdict): string {
  const way = from === to ? from : `${from} -> ${to}`;
  const late = by > 0 ? ` (${formatDuration(by)})` : '';
  return printable(`${formatSeconds(at)}  ${way}  ${what}  ${FATE_WORDS[fate]} by rule ${rule}${late}`);
}
