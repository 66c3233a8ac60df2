/** Stacks that agents really give: in every golden transcript, and in short runs under every profile. */
import type { AgentDefinition, Plan } from '@dragon/engine';
import { LocalRun } from '@dragon/engine';
import { PROFILES, type ScheduledDefinition } from '@dragon/kernel';
import { DEFINITIONS } from '@dragon/scenarios';
import { readdirSync } from 'node:fs';
import { agentTranscript } from '../golden/agent-transcript.ts';
import { replayTranscript } from '../golden/golden-transcript.ts';
import { planOf } from '../simulation/simulate.ts';
import { planSmall, smallBigCache, smallFrozenFs, smallPressure } from '../simulation/small-worlds.ts';

/** A wait that an agent was in. */
export interface AgentWait {
  readonly kind: string;
  readonly resource: string;
  readonly mode: string;
  readonly stack: readonly string[];
}

/** Returns each wait that is told apart by who waits and by its stack, once. */
export function agentWaits(): AgentWait[] {
  const waits = new Map<string, AgentWait>();
  /** Stacks are shared: each is looked at once for each kind. */
  const seen = new Map<string, WeakSet<readonly string[]>>();
  const noting = (definition: AgentDefinition): AgentDefinition => {
    const { kind } = definition;
    const stacks = seen.get(kind) ?? new WeakSet();
    seen.set(kind, stacks);
    return {
      ...definition,
      facts(state) {
        const facts = definition.facts(state);
        const wait = facts.task?.waitsFor;
        if (wait && !stacks.has(wait.stack)) {
          const { resource, mode, stack } = wait;
          stacks.add(stack);
          waits.set([kind, ...stack].join('\n'), { kind, resource, mode, stack });
        }
        return facts;
      },
    };
  };
  replayTranscripts([...DEFINITIONS.values()].map((definition) => noting(bare(definition))));
  const definitions = new Map([...DEFINITIONS].map(([kind, definition]) => [kind, noting(definition)]));
  for (const plan of plans()) {
    const run = new LocalRun(plan, definitions, { finders: [{ ends: false, facts: () => undefined }] });
    while (run.advance(10_000));
  }
  return [...waits.values()];
}

const SECOND = 1_000_000_000;

function plans(): Plan[] {
  const scenarios = ['seed-deadlock', 'seed-direct-reclaim', 'seed-drop-caches', 'repair-first', 'stuck-disk'];
  const short = { cpus: 2, until: 3 * SECOND };
  return [
    ...PROFILES.flatMap(({ name: profile }) => scenarios.map((scenario) => planOf({ scenario, profile, ...short }))),
    ...['umount-in-progress', 'nofs-caller', 'other-cpu'].map((scenario) => planOf({ scenario, ...short })),
    ...['timed', 'watermarks', 'outside-rwsem', 'inline'].map((throttle) =>
      planOf({ scenario: 'seed-deadlock', policy: `throttle=${throttle}`, ...short }),
    ),
    ...[smallBigCache, smallFrozenFs, smallPressure].map((world) => planSmall(world, { until: SECOND })),
  ];
}

/** The definition of a thread without its scheduler. */
function bare(definition: AgentDefinition): AgentDefinition {
  return ((definition as Partial<ScheduledDefinition>).inner as AgentDefinition | undefined) ?? definition;
}

function replayTranscripts(definitions: readonly AgentDefinition[]): void {
  const run = agentTranscript(definitions);
  const services = new URL('../../services/', import.meta.url);
  for (const service of readdirSync(services)) {
    const folder = new URL(`${service}/src/`, services);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.golden.txt')))
      replayTranscript(new URL(file, folder), run);
  }
}
