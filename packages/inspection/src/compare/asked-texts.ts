/** What was asked for of a run, as a trace's header says it, in the words that ask for it again. */
import { formatExactDuration } from '@dragon/kernel';
import type { TraceSubject } from '@dragon/report';
import { readRun, requestRun, type RunTexts } from '@dragon/scenarios';

/** Returns undefined for a run that words alone do not make: one of no scenario, or with delays from a file. */
export function askedTexts({ command }: Pick<TraceSubject, 'command'>): RunTexts | undefined {
  const { scenario, profile, policy, seed, cpus, until, keepGoing, latencyFile, faults } = command;
  if (typeof scenario !== 'string' || latencyFile !== undefined || keepGoing === true) return undefined;
  const changes = typeof policy === 'object' && policy !== null ? Object.entries(policy) : [];
  return {
    scenario,
    profile: typeof profile === 'string' ? profile : undefined,
    policy: changes.flatMap(([key, value]) => (typeof value === 'string' ? [`${key}=${value}`] : [])).join(','),
    seed: typeof seed === 'number' ? String(seed) : undefined,
    cpus: typeof cpus === 'number' ? String(cpus) : undefined,
    until: typeof until === 'number' ? formatExactDuration(until) : undefined,
    faults: Array.isArray(faults) ? faults.filter((fault) => typeof fault === 'string') : [],
  };
}

/** Returns the arguments of `dragon`, for a shell, that make the run again; undefined if words alone do not. */
export function askedAgain({ command }: Pick<TraceSubject, 'command'>): string | undefined {
  const { keepGoing, ...others } = command;
  const texts = askedTexts({ command: others });
  return texts && requestRun({ ...readRun(texts), keepGoing: keepGoing === true }).replayArguments;
}
