/**
 * What has befallen agents and lasts, though no state of their charts has it: a disk that fails, a file system that is
 * shut down. It is known by the messages that tell an agent of it.
 */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { type AgMessage, INODE_CACHE, type TaskMessage } from '@dragon/kernel';

/** What a condition is of; an agent has one of each at most. */
type Sort = 'disk' | 'mount';

interface Change {
  readonly at: VirtualTime;
  readonly sort: Sort;
  /** Undefined: it is over. */
  readonly words: string | undefined;
}

type Told = Extract<
  AgMessage | TaskMessage,
  { readonly type: `ag.${string}Disk` | `task.disk${string}` | `${string}hutDown` }
>['type'];

const FAILS = 'the disk fails: EIO';
const SHUT_DOWN = 'the file system is shut down';

const CHANGES: { readonly [Type in Told]: Omit<Change, 'at'> } = {
  'ag.failDisk': { sort: 'disk', words: FAILS },
  'ag.healDisk': { sort: 'disk', words: undefined },
  'ag.shutDown': { sort: 'mount', words: SHUT_DOWN },
  'task.diskFailed': { sort: 'disk', words: FAILS },
  'task.diskHealed': { sort: 'disk', words: undefined },
  'task.fsShutDown': { sort: 'mount', words: SHUT_DOWN },
};

const CHANGE_OF: ReadonlyMap<string, Omit<Change, 'at'>> = new Map(Object.entries(CHANGES));

/** Returns whether a message of this type changes a condition. */
export const tellsCondition = (type: string): boolean => CHANGE_OF.has(type);

export class ConditionLog {
  readonly #agents = new Map<AgentId, Change[]>();

  /** Events must come in the order of time. */
  append({ at, to, from, message }: ConditionEvent): void {
    const change = CHANGE_OF.get(message);
    if (change === undefined) return;
    // The inode cache tells the others, and nobody tells it when the log fails.
    const all = change.sort === 'mount' && from === INODE_CACHE ? [to, from] : [to];
    for (const agent of all) {
      const changes = this.#agents.get(agent) ?? [];
      if (changes.findLast(({ sort }) => sort === change.sort)?.words === change.words) continue;
      changes.push({ at, ...change });
      this.#agents.set(agent, changes);
    }
  }

  /** Returns what holds of an agent at `t`, in words. */
  at(agent: AgentId, t: VirtualTime): string[] {
    const last = new Map<Sort, string | undefined>();
    for (const { at, sort, words } of this.#agents.get(agent) ?? []) if (at <= t) last.set(sort, words);
    return [...last.values()].filter((words) => words !== undefined);
  }
}

interface ConditionEvent {
  readonly at: VirtualTime;
  readonly to: AgentId;
  readonly from: AgentId;
  readonly message: string;
}
