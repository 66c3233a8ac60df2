/**
 * What `dragon explain` knows: the glossary, the scenarios, profiles, policies and faults that there are to run,
 * what may be set of each scenario, and the rules of `dragon conform`.
 */
import { conformanceRules } from '@dragon/ftrace';
import { FAULT_KINDS, nearest, POLICY_OPTIONS, PROFILES } from '@dragon/kernel';
import { textTable, wrap } from '@dragon/report';
import { SCENARIOS, WORLD_PARAMETERS } from '@dragon/scenarios';
import { UsageError } from '../failure.ts';
import { GLOSSARY } from './glossary.ts';
import type { GlossaryEntry } from './glossary-part.ts';

/** Returns every word that can be explained. */
export function explainedWords(): string[] {
  return entries().flatMap(({ terms }) => terms);
}

/** Returns lines that explain the word, whatever its case; throws a `UsageError` that names the nearest. */
export function explanation(word: string, width: number): string[] {
  const wanted = word.trim().toLowerCase();
  const found = entries().filter(({ terms }) => terms.some((term) => term.toLowerCase() === wanted));
  if (found.length > 0)
    return found.flatMap(({ terms, meaning }) => wrap(`${terms.join(', ')}: ${plain(meaning)}`, width));
  const guess = nearest(word, explainedWords());
  const hint = guess === undefined ? '' : `; did you mean ${guess}?`;
  throw new UsageError(`nothing is known of '${word}'${hint} ('dragon explain' lists all words)`);
}

/** Returns all words with what they mean. */
export function allExplanations(width: number): string[] {
  return GLOSSARY.flatMap(({ title, entries: some }, i) => [
    ...(i === 0 ? [] : ['']),
    `${title}:`,
    ...textTable(
      some.map(({ terms, meaning }) => [terms.join(', '), plain(meaning)]),
      { width, indent: '  ' },
    ),
  ]);
}

function entries(): GlossaryEntry[] {
  return [
    ...GLOSSARY.flatMap((part) => part.entries),
    ...SCENARIOS.map(({ name, about }) => ({ terms: [name], meaning: `a scenario: ${about}` })),
    ...WORLD_PARAMETERS.map(({ key, about }) => ({
      terms: [key],
      meaning: `a parameter of most scenarios (dragon run --set): ${about}`,
    })),
    ...PROFILES.map(({ name, about }) => ({ terms: [name], meaning: `a profile: ${about}` })),
    ...FAULT_KINDS.map(({ kind, about, standsFor, leavesOut }) => ({
      terms: [kind],
      meaning: `a fault (dragon run --fault): ${about}. It stands for ${standsFor}.${leavesOut === '' ? '' : ` Left out: ${leavesOut}.`}`,
    })),
    ...conformanceRules().map(({ name, about }) => ({ terms: [name], meaning: `a rule of dragon conform: ${about}` })),
    ...POLICY_OPTIONS.flatMap(({ key, about, values }) => [
      { terms: [key], meaning: `a policy option: ${about}` },
      ...values.map(({ form, about: meaning }) => ({
        terms: [`${key}=${form}`, form],
        meaning: `a policy: ${meaning}`,
      })),
    ]),
  ];
}

/** Without the marks of code, which a terminal does not show. */
const plain = (meaning: string) => meaning.replaceAll('`', '').replaceAll('*', '');
