/** Mutants: attempts that are earlier ones with one to three changes, near the instants at which those were rare. */
import { MICROSECOND, MILLISECOND, type RandomStream, type Rule, type VirtualTime } from '@dragon/engine';
import type { Fault } from '@dragon/kernel';
import type { Attempt } from './attempt.ts';
import type { Ground } from './ground.ts';
import { drawnSpan, oneOf, onceIn } from './draws.ts';
import { laterRule, prioritySchedule } from './priority-schedule.ts';

/** What a run is made of. */
export type Making = Pick<Attempt, 'seed' | 'faults' | 'rules'>;

const MOST_CHANGES = 3;
const MOST_FAULTS = 8;
const MOST_RULES = 8;
/** Most of what decides a race lies within this of it. */
const NEAR = 100 * MILLISECOND;
const LONGEST_DELAY = 100 * MILLISECOND;
/** Of the rarest instants so many are looked at. */
const MOMENTS = 8;
const MOST_MOVED = 3;

export interface Parent {
  readonly making: Making;
  /** The instants at which its run was rare, the rarest first. */
  readonly moments: readonly VirtualTime[];
}

/** Returns the parent with some changes, for which a mate may give something; `seed`: another one. */
export function mutantOf(
  random: RandomStream,
  { space, plan }: Ground,
  { making, moments }: Parent,
  mate: Parent | undefined,
  seed: number,
): Making {
  const near = (): VirtualTime => {
    if (moments.length === 0 || onceIn(random, 4)) return space.instant(random);
    return nearTo(random, momentOf(random, moments));
  };
  const threads = plan.agents.flatMap(({ id, task }) => (task === undefined ? [] : [id]));
  let { faults, rules } = making;
  let chosen = making.seed;
  const changes = 1 + random.below(MOST_CHANGES);
  for (let i = 0; i < changes; i += 1) {
    switch (random.below(12)) {
      case 0:
      case 1:
      case 2:
        if (faults.length < MOST_FAULTS) faults = [...faults, ...asList(space.drawn(random, space.kinds, near()))];
        break;
      case 3:
      case 4:
        faults = changedOne(random, faults, (fault) => ({
          ...fault,
          at: onceIn(random, 2) ? near() : nearTo(random, fault.at),
        }));
        break;
      case 5:
        faults = changedOne(random, faults, (fault) => space.retuned(random, fault));
        break;
      case 6:
        faults = onceIn(random, 2)
          ? changedOne(random, faults, (fault) => space.retargeted(random, fault))
          : withoutOne(random, faults);
        break;
      case 7:
        if (threads.length > 0 && rules.length < MOST_RULES)
          rules = [lateFor(random, oneOf(random, threads), near(), rules), ...rules];
        break;
      case 8:
        rules = onceIn(random, 2) ? withoutOne(random, rules) : prioritySchedule(random, plan, near);
        break;
      case 9:
        chosen = seed;
        break;
      default:
        // Of two that are rare at different instants, both at one: what a race is made of.
        if (mate !== undefined && mate.moments.length > 0 && moments.length > 0) {
          const from = momentOf(random, mate.moments);
          faults = [...faults, ...movedFaults(random, mate.making, from, nearTo(random, momentOf(random, moments)))];
          faults = faults.slice(-MOST_FAULTS);
        }
    }
  }
  return { seed: chosen, faults: space.admitted(faults), rules };
}

const asList = <T>(one: T | undefined): readonly T[] => (one === undefined ? [] : [one]);

const momentOf = (random: RandomStream, moments: readonly VirtualTime[]): VirtualTime =>
  moments[Math.min(random.below(MOMENTS), random.below(MOMENTS), moments.length - 1)] ?? 0;

/** Returns the last faults of a run before an instant, as they would be if that were another one. */
function movedFaults(random: RandomStream, { faults }: Making, from: VirtualTime, to: VirtualTime): readonly Fault[] {
  return faults
    .filter(({ at }) => at <= from)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, 1 + random.below(MOST_MOVED))
    .map((fault) => ({ ...fault, at: Math.max(1, fault.at + to - from) }));
}

function nearTo(random: RandomStream, at: VirtualTime): VirtualTime {
  const away = drawnSpan(random, MICROSECOND, NEAR);
  return Math.max(1, onceIn(random, 2) ? at - away : at + away);
}

function changedOne(random: RandomStream, faults: readonly Fault[], change: (fault: Fault) => Fault): readonly Fault[] {
  if (faults.length === 0) return faults;
  const place = random.below(faults.length);
  return faults.map((fault, i) => (i === place ? change(fault) : fault));
}

function withoutOne<T>(random: RandomStream, list: readonly T[]): readonly T[] {
  const place = random.below(Math.max(1, list.length));
  return list.filter((_, i) => i !== place);
}

/** A thread hears of everything later for a while. */
function lateFor(random: RandomStream, thread: string, since: VirtualTime, rules: readonly Rule[]): Rule {
  const names = new Set(rules.map(({ name }) => name));
  let number = 1;
  while (names.has(`late-${number}`)) number += 1;
  const by = drawnSpan(random, 10 * MICROSECOND, LONGEST_DELAY);
  return laterRule(`late-${number}`, [thread], by, since, since + drawnSpan(random, MICROSECOND * 100, NEAR));
}
