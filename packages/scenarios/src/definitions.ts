/** The list of agents: every kind there is, and the service that hosts it in a process of its own. */
import type { AgentDefinition, Definitions } from '@dragon/engine';
import { definitions as ag } from '@dragon/ag';
import { definitions as cpu } from '@dragon/cpu';
import { definitions as faults } from '@dragon/faults';
import { definitions as inodeCache } from '@dragon/inode-cache';
import { definitions as inodegc } from '@dragon/inodegc';
import { definitions as kswapd } from '@dragon/kswapd';
import { definitions as memory } from '@dragon/memory';
import { definitions as repair } from '@dragon/repair';
import { definitions as shrinkers } from '@dragon/shrinkers';
import { definitions as watchdog } from '@dragon/watchdog';
import { definitions as workload } from '@dragon/workload';

/** By the name of the folder in `services`. */
const SERVICES: Readonly<Record<string, readonly AgentDefinition[]>> = {
  ag,
  cpu,
  faults,
  'inode-cache': inodeCache,
  inodegc,
  kswapd,
  memory,
  repair,
  shrinkers,
  watchdog,
  workload,
};

/** Every kind of agent, for a process that hosts them all. */
export const DEFINITIONS: Definitions = new Map(
  Object.values(SERVICES)
    .flat()
    .map((definition) => [definition.kind, definition]),
);

/** The same, with statecharts that XState steps itself: slower, with the same digests. */
export const INTERPRETED_DEFINITIONS: Definitions = new Map(
  [...DEFINITIONS].map(([kind, definition]) => [kind, chartOf(definition)?.interpreted ?? definition]),
);

/** Returns why the statechart of a kind is not compiled; undefined if it is. Compiles it to find out. */
export function notCompiled(kind: string): string | undefined {
  const definition = DEFINITIONS.get(kind);
  return definition && chartOf(definition)?.notCompiled();
}

type Steppers = { readonly interpreted: AgentDefinition; readonly notCompiled: () => string | undefined };

function chartOf(definition: AgentDefinition): Steppers | undefined {
  return 'interpreted' in definition ? (definition as AgentDefinition & Steppers) : undefined;
}

/** The service of each kind. */
export const SERVICE_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(SERVICES).flatMap(([service, definitions]) => definitions.map(({ kind }) => [kind, service])),
);
