/** A broken property, in a headline and a sentence: what should always hold, and who showed that it does not. */
import { type Finding, formatSeconds } from '@dragon/engine';
import { ANSWERED } from './chaos-finder.ts';
import { crashStory } from './crash-story.ts';
import type { ReportNames } from './report-names.ts';
import { sentence } from './sentence.ts';
import type { Story } from './story.ts';

/** Returns the story of a finding `property`. */
export function propertyStory(finding: Finding, names: ReportNames): Story {
  const { at, evidence } = finding;
  const { tasks } = names;
  const { property, agent, evidence: shown } = evidence as { [key: string]: unknown };
  if (property === ANSWERED) return crashStory(finding, names);
  const who = String(agent);
  return {
    kind: 'property',
    tag: 'VIOLATED',
    at,
    headline: sentence`${String(property)} does not hold.`,
    sentence: sentence`At ${formatSeconds(at)} s of virtual time ${tasks.piece(who)} shows ${JSON.stringify(shown)}.`,
    parties: [who],
  };
}
