/** Every kind of agent there is, for a process that hosts them all. */
import type { Definitions } from '@dragon/engine';
import { definitions as ag } from '@dragon/ag';
import { definitions as cpu } from '@dragon/cpu';
import { definitions as inodeCache } from '@dragon/inode-cache';
import { definitions as inodegc } from '@dragon/inodegc';
import { definitions as kswapd } from '@dragon/kswapd';
import { definitions as memory } from '@dragon/memory';
import { definitions as repair } from '@dragon/repair';
import { definitions as shrinkers } from '@dragon/shrinkers';
import { definitions as watchdog } from '@dragon/watchdog';
import { definitions as workload } from '@dragon/workload';

export const DEFINITIONS: Definitions = new Map(
  [
    ...ag,
    ...cpu,
    ...inodeCache,
    ...inodegc,
    ...kswapd,
    ...memory,
    ...repair,
    ...shrinkers,
    ...watchdog,
    ...workload,
  ].map((definition) => [definition.kind, definition]),
);
