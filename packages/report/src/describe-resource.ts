/** Resources in words: from the name agents give one to what a person calls it. */
import type { Hold, Wait } from '@dragon/engine';

interface Words {
  readonly noun: string;
  /** What a task does that has it. */
  readonly holds: string;
  /** What a task did to get it. */
  readonly took: string;
  /** Who has it, after `waits for <noun>, `. */
  readonly heldBy: (name: string) => string;
}

const lock = (noun: string): Words => ({ noun, holds: 'holds', took: 'took', heldBy: (name) => `held by ${name}` });

const WORDS: readonly (readonly [pattern: RegExp, words: (...groups: string[]) => Words])[] = [
  [/^(AGI|AGF) (\d+)$/, (buffer = '', ag = '') => lock(`the ${buffer} of AG ${ag}`)],
  [
    /^gc\[(\d+)\]\.work$/,
    (cpu = '') => ({
      noun: `the inodegc work of CPU ${cpu}`,
      holds: 'runs',
      took: 'started',
      heldBy: (name) => `which ${name} must finish`,
    }),
  ],
  [
    /^shrinkers\.srcu$/,
    () => ({
      noun: 'the SRCU readers of the shrinkers',
      holds: 'is one of',
      took: 'joined',
      heldBy: (name) => `of which ${name} is one`,
    }),
  ],
  [/^shrinker (.+) refs$/, (shrinker = '') => lock(`a reference to the shrinker ${shrinker}`)],
  [/^outside:(.+)$/, (what = '') => lock(what)],
];

function wordsFor(resource: string): Words {
  for (const [pattern, words] of WORDS) {
    const match = pattern.exec(resource);
    if (match !== null) return words(...match.slice(1));
  }
  return lock(resource);
}

const inMode = (text: string, mode: string) => (mode === '' ? text : `${text} (${mode})`);

/** Returns what a person calls the resource, as in `the AGI of AG 0`; the name itself if it speaks for itself. */
export function describeResource(resource: string): string {
  return wordsFor(resource).noun;
}

/** Returns what a task does that has the lock, as in `holds shrinker_rwsem (R)` or `runs the inodegc work of CPU 0`. */
export function describeHold({ resource, mode }: Hold): string {
  const words = wordsFor(resource);
  return `${words.holds} ${inMode(words.noun, mode)}`;
}

/** Returns what a task did to get the lock, as in `took shrinker_rwsem (R)` or `started the inodegc work of CPU 0`. */
export function describeTaking({ resource, mode }: Hold): string {
  const words = wordsFor(resource);
  return `${words.took} ${inMode(words.noun, mode)}`;
}

/** Returns what a task waits for and in which mode, as in `shrinker_rwsem (W)`. */
export function describeWait(wait: Wait): string {
  return inMode(describeResource(wait.resource), waitedMode(wait));
}

/** Returns who is in the way, as in `held by xfs_scrub` or `which kworker/0:1 must finish`. */
export function describeHolder(resource: string, name: string): string {
  return wordsFor(resource).heldBy(name);
}

/** Returns `AGI 0` or `shrinker_rwsem (R)`: the agents' own name for the resource, for programs. */
export function nameHold({ resource, mode }: Hold): string {
  return inMode(resource, mode);
}

/** Returns `gc[0].work` or `shrinker_rwsem (W)`: the agents' own name for the resource, for programs. */
export function nameWait(wait: Wait): string {
  return inMode(wait.resource, waitedMode(wait));
}

/** Facts carry no mode for a wait; the slow path of the lock that is on the stack tells it. */
function waitedMode(wait: Wait): '' | 'R' | 'W' {
  for (const frame of wait.stack) {
    if (/down_write/.test(frame)) return 'W';
    if (/down_read/.test(frame)) return 'R';
  }
  return '';
}
