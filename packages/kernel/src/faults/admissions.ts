/** The tables of fates as rules ask them: what may happen to a message or a timer of a name, and why nothing else. */
import type { FateKind } from '@dragon/engine';
import type { Admission } from './admission.ts';
import { MESSAGE_ADMISSIONS } from './admitted-fates.ts';
import { TIMER_ADMISSIONS } from './admitted-timers.ts';

export type KernelTimer = keyof typeof TIMER_ADMISSIONS;

/** What rules may be about, each with its table. */
export const ADMISSIONS: {
  readonly [About in 'messages' | 'timers']: { readonly [name: string]: Admission };
} = { messages: MESSAGE_ADMISSIONS, timers: TIMER_ADMISSIONS };

/** Returns the names to which a rule may give the fate. */
export const admitting = (about: 'messages' | 'timers', fate: FateKind): string[] =>
  Object.entries(ADMISSIONS[about]).flatMap(([name, { fates }]) => (fates.includes(fate) ? [name] : []));

/** Returns why a rule cannot give the fate to what has this name, which is in the table; undefined if it can. */
export function refusedFate(about: 'messages' | 'timers', name: string, fate: FateKind): string | undefined {
  const admission = ADMISSIONS[about][name];
  if (admission === undefined || admission.fates.includes(fate)) return undefined;
  const { fates, because } = admission;
  return `${name} admits ${fates.length === 0 ? 'no fate' : `${fates.join(', ')} and no ${fate}`}: ${because}`;
}
