/** An NFS mount beside the file system of a world: its inodes, the shrinker that they are behind, and its server. */
import type { AgentSpec } from '@dragon/engine';
import { NFS_CACHE, type ShrinkerInfo } from '@dragon/kernel';
import { NFS_INODES_PER_PAGE } from '@dragon/shrinkers';

export interface NfsMount {
  /** Inodes that are cached, and used by nobody. */
  readonly objects: number;
  /** Each has a delegation, which its server must take back. */
  readonly askServer: boolean;
}

const SHRINKER: ShrinkerInfo = { id: 'sb-nfs:0:42', owner: NFS_CACHE, seeks: 2, batch: 1024 };

/** What a plan has for it; nothing where there is none. */
export interface NfsParts {
  readonly agents: readonly AgentSpec[];
  readonly shrinkers: readonly ShrinkerInfo[];
  readonly servers: readonly string[];
  /** Pages of slab. */
  readonly slab: number;
}

export function nfsParts(mount: NfsMount | undefined, node: number): NfsParts {
  if (mount === undefined) return { agents: [], shrinkers: [], servers: [], slab: 0 };
  const { objects, askServer } = mount;
  return {
    agents: [{ id: NFS_CACHE, kind: 'nfs-cache', params: { node, objects, askServer } }],
    shrinkers: [SHRINKER],
    servers: ['nfs'],
    slab: Math.floor(objects / NFS_INODES_PER_PAGE),
  };
}
