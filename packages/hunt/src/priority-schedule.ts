/**
 * Schedules by priorities: PCT (Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with Probabilistic
 * Guarantees of Finding Bugs, ASPLOS 2010). There every thread has a priority and d - 1 times one falls below all
 * others. Here delays can only add, so what a thread of a low priority is told reaches it later.
 */
import {
  type AgentId,
  MICROSECOND,
  MILLISECOND,
  type Plan,
  type RandomStream,
  type Rule,
  type VirtualTime,
} from '@dragon/engine';
import { admitting } from '@dragon/kernel';
import { drawnSpan, oneOf } from './draws.ts';

/** All that may come late. */
const LATE = admitting('messages', 'delay');

/** More would be more rules for every message, and no other order. */
const LEVELS = 4;
/** A bug of depth d needs d - 1 changes at the right instants; nearly all known ones have a depth of at most 3. */
const DEEPEST = 3;
/** How much later those hear that fall below all others. */
const LEAST = 10 * MICROSECOND;
const MOST = 30 * MILLISECOND;

/** Returns the rules of a schedule; `instant` draws an instant at which a priority may change. */
export function prioritySchedule(
  random: RandomStream,
  { agents }: Pick<Plan, 'agents'>,
  instant: () => VirtualTime,
): readonly Rule[] {
  const threads = agents.flatMap(({ id, task }) => (task === undefined ? [] : [id]));
  if (threads.length === 0) return [];
  const most = drawnSpan(random, LEAST, MOST);
  const changes = random.below(DEEPEST);
  return [
    ...Array.from({ length: changes }, (_, i) =>
      laterRule(`fallen-${i + 1}`, [oneOf(random, threads)], most, instant()),
    ),
    ...levelRules(random, threads, most),
  ];
}

/** Returns the rule by which somebody hears of everything later in [since, until). */
export function laterRule(
  name: string,
  to: readonly AgentId[],
  by: VirtualTime,
  since?: VirtualTime,
  until?: VirtualTime,
): Rule {
  return {
    name,
    about: 'messages',
    names: LATE,
    to,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    probability: 1,
    fate: { kind: 'delay', min: by, max: by },
  };
}

function levelRules(random: RandomStream, threads: readonly AgentId[], most: VirtualTime): Rule[] {
  const levels: AgentId[][] = Array.from({ length: LEVELS }, () => []);
  for (const thread of threads) levels[random.below(LEVELS)]?.push(thread);
  // Those of the first level hear of everything as usual.
  return levels.flatMap((members, level) =>
    level === 0 || members.length === 0
      ? []
      : [laterRule(`priority-${level}`, members, Math.ceil((most * level) / LEVELS))],
  );
}
