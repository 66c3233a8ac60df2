/** A state in which a thread sleeps says so in one way: tag `blocked`, `meta.waitsFor` and `meta.sleep` together, on every machine. */
import { agMachine } from '@dragon/ag';
import { inodeCacheMachine } from '@dragon/inode-cache';
import { inodegcMachine } from '@dragon/inodegc';
import { stateNodes } from '@dragon/kernel';
import { kswapdMachine } from '@dragon/kswapd';
import { memoryMachine } from '@dragon/memory';
import { repairMachine } from '@dragon/repair';
import { shrinkersMachine } from '@dragon/shrinkers';
import { watchdogMachine } from '@dragon/watchdog';
import { allocatingTaskMachine, dropCachesMachine, evictingTaskMachine, umountingTaskMachine } from '@dragon/workload';
import { DEFINITIONS } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';

const MACHINES: readonly AnyStateMachine[] = [
  agMachine,
  allocatingTaskMachine,
  dropCachesMachine,
  evictingTaskMachine,
  inodeCacheMachine,
  inodegcMachine,
  kswapdMachine,
  memoryMachine,
  repairMachine,
  shrinkersMachine,
  umountingTaskMachine,
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
  // Unlinker and closer are one machine.
  expect(MACHINES).toHaveLength(DEFINITIONS.size - 1);
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
