/**
 * The NATS subjects of a run: one that all federates hear, one of the coordinator, two of each federate, one that all
 * watchers hear, and one of each watcher.
 */
import { FederationError } from './federation-error.ts';

export interface Subjects {
  /** What federates say to the coordinator. */
  readonly coordinator: string;
  /** What the coordinator, or a watcher, says to all. */
  readonly all: string;
  /** What one federate is told or asked for. */
  control(federate: string): string;
  /** Events for one federate's agents. */
  events(federate: string): string;
  /** What the coordinator tells all watchers. */
  readonly watchers: string;
  /** What a watcher is shown by federates. */
  watch(watcher: string): string;
}

/**
 * Returns the subjects of `run`. Throws unless it is made of letters, digits, `_` and `-`: it becomes part of a
 * subject.
 */
export function subjectsOf(run: string): Subjects {
  checkName('run', run);
  const prefix = `dragon.${run}`;
  return {
    coordinator: `${prefix}.coordinator`,
    all: `${prefix}.all`,
    watchers: `${prefix}.watchers`,
    control: (federate) => `${prefix}.control.${federate}`,
    events: (federate) => `${prefix}.events.${federate}`,
    watch: (watcher) => `${prefix}.watch.${watcher}`,
  };
}

/** Throws unless `name` can be part of a subject. */
export function checkName(what: string, name: string): void {
  if (!/^[\w-]{1,128}$/.test(name))
    throw new FederationError('bad-frame', `${what} ${JSON.stringify(name)}: a name has letters, digits, _ and - only`);
}
