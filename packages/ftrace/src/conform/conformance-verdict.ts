/** The conclusion of a trace held to the rules: it agrees, it disagrees, or it tells too little for either. */
import type { ParserCounts } from '../parser-counts.ts';
import { MID_RUN } from './rule.ts';
import type { Tally } from './tally.ts';

/** `unread`: too much of the trace could not be read. `unchecked`: no rule could check anything. */
export type ConformanceVerdict = 'agrees' | 'disagrees' | 'unchecked' | 'unread';

/** If more of the lines could not be read, what the others say is no agreement. */
const MOST_UNREAD = 1 / 10;

/** Which lines of the trace could not be read, and how many lines there are, comments and stacks aside. */
export type UnreadShare = { readonly unread: number; readonly lines: number };

export function unreadShare({ events, malformed, foreign, otherForms }: ParserCounts): UnreadShare {
  return { unread: malformed + foreign + otherForms, lines: events + malformed + foreign };
}

/** Returns the verdict; one disagreement outweighs all that could not be read. */
export function conformanceVerdict(tallies: readonly Tally[], { unread, lines }: UnreadShare): ConformanceVerdict {
  if (tallies.some(({ disagreements }) => disagreements.length > 0)) return 'disagrees';
  if (unread > lines * MOST_UNREAD) return 'unread';
  const isChecked = ({ agreed, explanations }: Tally) =>
    agreed > 0 || explanations.some(({ reason }) => reason !== MID_RUN);
  return tallies.some(isChecked) ? 'agrees' : 'unchecked';
}
