/** A disk that fails in one allocation group, as messages of a plan: who reads or writes there, and who has to know. */
import type { AgentId, Message, Plan, VirtualTime } from '@dragon/engine';
import { agId, INODE_CACHE, type PlannedFault } from '@dragon/kernel';

interface Step {
  readonly at: VirtualTime;
  readonly to: AgentId;
  readonly message: Message;
}

interface DiskParts {
  readonly steps: readonly Step[];
  /** Whom the inode cache has to tell when the file system is shut down. */
  readonly told: readonly AgentId[];
}

/** Kinds of tasks that read or write files, or the disk itself, until they know better. */
const USERS = ['repair', 'stream'];

/** Returns what a disk that fails in one allocation group is in a plan with all its tasks. */
export function failDiskParts({ agents }: Plan, { at, params }: PlannedFault): DiskParts {
  const ag = params['ag'] as number;
  const own = agId(ag);
  const idsOf = (kinds: readonly string[]): AgentId[] =>
    agents.flatMap(({ id, kind }) => (kinds.includes(kind) ? [id] : []));
  const [groups, tasks] = [idsOf(['ag']), idsOf(USERS)];
  const readers = agents.flatMap(({ id, kind, params: of }) =>
    kind === 'repair' && (of as { readonly ag?: number }).ag === ag ? [id] : [],
  );
  const struck = (instant: VirtualTime, word: 'failDisk' | 'healDisk', told: Message): readonly Step[] => [
    { at: instant, to: own, message: { type: `ag.${word}` } },
    { at: instant, to: INODE_CACHE, message: told },
    ...readers.map((to) => ({
      at: instant,
      to,
      message: { type: word === 'failDisk' ? 'task.diskFailed' : 'task.diskHealed' },
    })),
  ];
  return {
    steps: [
      ...struck(at, 'failDisk', { type: 'inodeCache.failDisk', ag, groups, tasks }),
      ...('for' in params
        ? struck(at + (params['for'] as number), 'healDisk', { type: 'inodeCache.healDisk', ag })
        : []),
    ],
    told: [...groups, ...tasks],
  };
}
