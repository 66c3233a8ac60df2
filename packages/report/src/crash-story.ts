/** An agent without an answer, in a headline and a sentence: who, to what, and what rules had done before. */
import { type Finding, formatSeconds, kindOf } from '@dragon/engine';
import { ANSWERED, type CrashEvidence } from './chaos-finder.ts';
import type { ReportNames } from './report-names.ts';
import { joinedSentences, sentence } from './sentence.ts';
import type { Story } from './story.ts';
import { verdictSentence } from './verdict-words.ts';

/** Returns the story of a finding that `ChaosFinder` made. */
export function crashStory({ at, evidence }: Finding, { tasks }: ReportNames): Story {
  const { agent, message, from, why, verdicts, more } = evidence as CrashEvidence;
  const who = tasks.piece(agent);
  const source = from === agent ? sentence`of its own` : sentence`from ${tasks.piece(from)}`;
  const told = verdicts.map((verdict) => verdictSentence(verdict, tasks));
  const before =
    told.length === 0
      ? sentence`No rule had struck a message from it or to it.`
      : sentence`Before that ${joinedSentences(told, '; ')}${more > 0 ? `; and ${more} more` : ''}.`;
  return {
    kind: 'property',
    tag: 'VIOLATED',
    at,
    headline: sentence`${who} had no answer to ${message}.`,
    sentence: sentence`At ${formatSeconds(at)} s of virtual time ${who} was told ${message} ${source}, in a state in which it expects no such thing (${why}). ${before} It keeps what it holds and answers nothing any more, as a thread does after an oops.`,
    parties: [agent],
  };
}

/** Returns a line that names the first agent without an answer by its kind; undefined if there is none. */
export function crashLine(findings: readonly Finding[]): string | undefined {
  for (const { kind, evidence } of findings) {
    const { property, agent, message } = evidence as CrashEvidence;
    if (kind === 'property' && property === ANSWERED) return `${kindOf(agent)} had no answer to ${message}`;
  }
  return undefined;
}
