/** What was asked for of a run, as a trace's header says it, in the words that ask for it again. */
import type { Json } from '@dragon/engine';
import { formatExactDuration } from '@dragon/kernel';
import type { TraceSubject } from '@dragon/report';
import { readRun, requestRun, type RunRequest, type RunTexts, SettingError } from '@dragon/scenarios';

/** Returns undefined for a run that words alone do not make: of no scenario, or with delays or rules from a file. */
function askedTexts({ command }: Pick<TraceSubject, 'command'>): RunTexts | undefined {
  const { scenario, profile, policy, seed, cpus, until, keepGoing, latencyFile, planFile, set, faults } = command;
  if (typeof scenario !== 'string' || keepGoing === true) return undefined;
  if (latencyFile !== undefined || planFile !== undefined) return undefined;
  const changes = typeof policy === 'object' && policy !== null ? Object.entries(policy) : [];
  return {
    scenario,
    profile: typeof profile === 'string' ? profile : undefined,
    policy: changes.flatMap(([key, value]) => (typeof value === 'string' ? [`${key}=${value}`] : [])).join(','),
    seed: typeof seed === 'number' ? String(seed) : undefined,
    cpus: typeof cpus === 'number' ? String(cpus) : undefined,
    until: isInstant(until) ? formatExactDuration(until) : undefined,
    set: textsIn(set),
    faults: textsIn(faults),
  };
}

const textsIn = (list: Json | undefined): string[] =>
  Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];

const isInstant = (value: Json | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/**
 * Returns what was asked for, and the request that it makes; undefined where words alone make none, or not here: a
 * trace may be of another version, with a scenario of its own, and is shown all the same.
 */
export function askedRequest(
  subject: Pick<TraceSubject, 'command'>,
  keepGoing = false,
): { readonly texts: RunTexts; readonly request: RunRequest } | undefined {
  const texts = askedTexts(subject);
  if (texts === undefined) return undefined;
  try {
    return { texts, request: requestRun({ ...readRun(texts), keepGoing }) };
  } catch (error) {
    if (error instanceof SettingError) return undefined;
    throw error;
  }
}

/** Returns the arguments of `dragon`, for a shell, that make the run again; undefined if words alone do not. */
export function askedAgain({ command }: Pick<TraceSubject, 'command'>): string | undefined {
  const { keepGoing, ...others } = command;
  return askedRequest({ command: others }, keepGoing === true)?.request.replayArguments;
}
