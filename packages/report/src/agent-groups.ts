/** Groups of agents as people call them: threads by their command, parts of the machine by what they are. */
import type { AgentId, AgentSpec } from '@dragon/engine';
import { groupsBy } from './groups-by.ts';
import type { TaskNames } from './task-names.ts';
import { thousands } from './thousands.ts';

/** Kinds of agents that people have a word for, and where their group stands: before the threads or behind them. */
const KIND_WORDS: Readonly<Record<string, readonly [word: string, before: boolean]>> = {
  kswapd: ['kswapd', true],
  inodegc: ['kworker', true],
  cpu: ['CPU', false],
  ag: ['AG', false],
};

/** Whatever is neither a thread nor one of many. */
const OTHER = 'other';

export interface AgentGroup {
  /** `kworker`, `rm`, `CPU` */
  readonly name: string;
  /** In the order of the plan. */
  readonly agents: readonly AgentId[];
}

/** Returns the name of the group that an agent is in. */
export function agentGroupName({ kind, task }: Pick<AgentSpec, 'kind' | 'task'>): string {
  const [word] = (Object.hasOwn(KIND_WORDS, kind) ? KIND_WORDS[kind] : undefined) ?? [];
  return word ?? task?.comm ?? OTHER;
}

/** Returns the groups: reclaim threads, workers, other threads as the plan has them, then CPUs, AGs, and the rest. */
export function agentGroups(agents: readonly AgentSpec[]): AgentGroup[] {
  const members = groupsBy(agents, agentGroupName);
  const words = Object.values(KIND_WORDS);
  const before = words.filter(([, isBefore]) => isBefore).map(([word]) => word);
  const behind = [...words.filter(([, isBefore]) => !isBefore).map(([word]) => word), OTHER];
  const threads = [...members.keys()].filter((name) => !before.includes(name) && !behind.includes(name));
  return [...before, ...threads, ...behind].flatMap((name) => {
    const group = members.get(name);
    return group === undefined ? [] : [{ name, agents: group.map(({ id }) => id) }];
  });
}

/** Returns the name of a lane or a node for so many agents of one group: `rm:2311` for one, `7 × rm` for more. */
export function stackName(agents: readonly AgentId[], group: string, tasks: TaskNames): string {
  const [first] = agents;
  return agents.length === 1 && first !== undefined ? tasks.name(first) : `${thousands(agents.length)} × ${group}`;
}
