/**
 * A state in which a thread sleeps says so in one way: tag `blocked`, `meta.waitsFor` and `meta.sleep` together, on
 * every machine. And a thread that sleeps uses no CPU time, while one that does not has no other time to wait for.
 */
import { agMachine } from '@dragon/ag';
import { cpuMachine, hostMachine } from '@dragon/cpu';
import type { AgentDefinition, Effect } from '@dragon/engine';
import { faultsMachine } from '@dragon/faults';
import { inodeCacheMachine } from '@dragon/inode-cache';
import { inodegcMachine } from '@dragon/inodegc';
import { stateNodes, type TimerMessage } from '@dragon/statechart';
import { type ScheduledDefinition } from '@dragon/kernel';
import { kswapdMachine } from '@dragon/kswapd';
import { memoryMachine } from '@dragon/memory';
import { repairMachine } from '@dragon/repair';
import { nfsCacheMachine, shrinkersMachine } from '@dragon/shrinkers';
import { watchdogMachine } from '@dragon/watchdog';
import {
  allocatingTaskMachine,
  churningTaskMachine,
  dropCachesMachine,
  evictingTaskMachine,
  freezingTaskMachine,
  fsyncingTaskMachine,
  lookupTaskMachine,
  mountingTaskMachine,
  statfsTaskMachine,
  syncingTaskMachine,
  streamingTaskMachine,
  umountingTaskMachine,
  unmountingTaskMachine,
  unpluggingTaskMachine,
} from '@dragon/workload';
import { DEFINITIONS } from '@dragon/scenarios';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { agentTranscript } from '../golden/agent-transcript.ts';
import { replayTranscript } from '../golden/golden-transcript.ts';

const THREADS: readonly AnyStateMachine[] = [
  allocatingTaskMachine,
  churningTaskMachine,
  dropCachesMachine,
  evictingTaskMachine,
  freezingTaskMachine,
  fsyncingTaskMachine,
  inodegcMachine,
  kswapdMachine,
  repairMachine,
  lookupTaskMachine,
  mountingTaskMachine,
  statfsTaskMachine,
  syncingTaskMachine,
  streamingTaskMachine,
  umountingTaskMachine,
  unmountingTaskMachine,
  unpluggingTaskMachine,
];
const MACHINES: readonly AnyStateMachine[] = [
  ...THREADS,
  agMachine,
  cpuMachine,
  faultsMachine,
  hostMachine,
  inodeCacheMachine,
  memoryMachine,
  nfsCacheMachine,
  shrinkersMachine,
  watchdogMachine,
];

const SLEEPS = new Set(['uninterruptible', 'killable', 'timed', 'polling']);

const nodes = MACHINES.flatMap((machine) =>
  stateNodes(machine).map((node) => ({
    name: `${machine.id}.${node.path.join('.')}`,
    blocked: node.tags.includes('blocked'),
    meta: (node.meta ?? {}) as { readonly waitsFor?: unknown; readonly sleep?: unknown },
  })),
);

test('every machine of every kind is looked at', () => {
  // Unlinker and closer are one machine, and so are allocator and hog.
  expect(MACHINES).toHaveLength(DEFINITIONS.size - 2);
});

test('a blocked state says what it waits for and how it sleeps', () => {
  const blocked = nodes.filter((node) => node.blocked);
  expect(blocked.length).toBeGreaterThan(20);
  const silent = blocked.filter(
    ({ meta }) => typeof meta.waitsFor !== 'string' || meta.waitsFor === '' || !SLEEPS.has(String(meta.sleep)),
  );
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test('no other state says so', () => {
  const speaking = nodes.filter((node) => !node.blocked && ('waitsFor' in node.meta || 'sleep' in node.meta));
  expect(speaking.map(({ name }) => name)).toEqual([]);
});

/** Parts of a thread's agent that are no thread: a timer of the kernel, and another kworker. */
const NO_THREAD = /^inodegc\.(?:timer|spare)\./;

/** Returns whether a thread is asleep in a state: its own tag, or that of a state around it. */
function sleepsIn(node: AnyStateNode): boolean {
  if (node.tags.includes('blocked') || node.tags.includes('sleeping')) return true;
  return node.parent !== undefined && sleepsIn(node.parent);
}

/** A delay in a state as a part of a chart has it in every machine that it is built into: `name in state`. */
const placeOf = (delay: string, state: string): string => `${delay} in ${state.split('.').at(-1)}`;

/**
 * Every delay of a thread that the golden transcripts come by, by place and by name alone: is it CPU time? Where a part
 * of a chart has a state that no thread of the model comes to, such as a worker's sleep between two retries, the name
 * has to do.
 */
function delaysSeen(): Map<string, boolean> {
  const seen = new Map<string, boolean>();
  const note = (effects: readonly Effect[]): void => {
    for (const effect of effects)
      if (effect.kind === 'setTimer') {
        const { name, state } = effect.message as TimerMessage;
        seen.set(placeOf(name, state), effect.delay.pausable);
        seen.set(name, effect.delay.pausable);
      }
  };
  const watched = (definition: AgentDefinition): AgentDefinition => {
    const bare = (definition as Partial<ScheduledDefinition>).inner as AgentDefinition | undefined;
    if (bare === undefined) return definition;
    return {
      ...bare,
      init(params, self) {
        const step = bare.init(params, self);
        note(step.effects);
        return step;
      },
      receive(state, input) {
        const step = bare.receive(state, input);
        note(step.effects);
        return step;
      },
    };
  };
  const run = agentTranscript([...DEFINITIONS.values()].map(watched));
  const services = new URL('../../services/', import.meta.url);
  for (const service of readdirSync(services)) {
    const folder = new URL(`${service}/src/`, services);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.golden.txt')))
      replayTranscript(new URL(file, folder), run);
  }
  return seen;
}

test('a thread that sleeps uses no CPU time, and one that does not waits for no other', () => {
  const seen = delaysSeen();
  const wrong: string[] = [];
  const unseen: string[] = [];
  for (const node of THREADS.flatMap(stateNodes)) {
    for (const { delay } of node.after) {
      const name = `${String(delay)} in ${node.id}`;
      const cpu = seen.get(placeOf(String(delay), node.id)) ?? seen.get(String(delay));
      if (cpu === undefined) unseen.push(name);
      else if (cpu === sleepsIn(node) && !NO_THREAD.test(`${node.id}.`))
        wrong.push(`${name}: ${cpu ? 'CPU time of a thread asleep' : 'wall time of a thread that is not asleep'}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(seen.size).toBeGreaterThan(30);
  expect(unseen).toEqual([]);
});
