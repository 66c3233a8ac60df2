/** Tasks that write to the file system, or begin transactions in it: those whom a freeze keeps out. */
import type { AgentId, AgentSpec, Json } from '@dragon/engine';

/**
 * Kinds of threads that come to a level of freeze protection. Whoever may evict inodes has transactions in a kernel
 * that inactivates inline. umount only has to know that the file system is frozen. Who syncs or looks up takes none:
 * the one waits for s_umount, the other for the inactivation of its inode, which comes with the thaw.
 */
export const WRITERS: readonly string[] = [
  'allocator',
  'churner',
  'closer',
  'drop-caches',
  'fsyncer',
  'hog',
  'inodegc',
  'kswapd',
  'repair',
  'stream',
  'unlinker',
  'unmounter',
];

/** The kinds of tasks that freeze it. */
const FREEZERS: readonly string[] = ['freezer'];

export const hasFreezer = (agents: readonly AgentSpec[]): boolean => agents.some(({ kind }) => FREEZERS.includes(kind));

/** Returns all that write. */
export const writersAmong = (agents: readonly AgentSpec[]): AgentId[] =>
  agents.filter(({ kind }) => WRITERS.includes(kind)).map(({ id }) => id);

/** Returns the agents, those that freeze told of all that write. */
export function tellingFreezers(agents: readonly AgentSpec[]): readonly AgentSpec[] {
  if (!hasFreezer(agents)) return agents;
  const writers = writersAmong(agents);
  return agents.map((agent) =>
    FREEZERS.includes(agent.kind)
      ? { ...agent, params: { ...(agent.params as { readonly [key: string]: Json }), writers } }
      : agent,
  );
}
