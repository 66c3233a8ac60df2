/**
 * The steps of whoever mounts or unmounts a file system that change the list of shrinkers: each sleeps until no walk is
 * in its way. Linux 6.1 mm/vmscan.c prealloc_shrinker, register_shrinker_prepared, unregister_shrinker.
 */
import {
  asleep,
  type CallPath,
  type MountShrinker,
  mountShrinker,
  mountShrinkerId,
  type Policy,
  type Received,
  shrinkerListLock,
  type ShrinkersMessage,
  type ShrinkersPolicy,
  STACKS,
  type Task,
  type TaskMessage,
  toShrinkers,
  wakeUp,
} from '@dragon/kernel';
import { chartKit } from '@dragon/statechart';

/** What a step needs of its thread's context; `device` names the shrinkers. */
export interface ShrinkerListContext {
  readonly policy: Policy;
  readonly device: string;
  readonly task: Task;
}

const { send, change } = chartKit<ShrinkerListContext, Received<TaskMessage>>();

type Stacks = Readonly<Record<ShrinkersPolicy, CallPath>>;

/** Asleep until the registry has done what `message` asks for. */
const listStep = (shrinker: MountShrinker, stacks: Stacks, message: (device: string) => ShrinkersMessage) =>
  ({
    tags: ['blocked'],
    meta: { waitsFor: 'the list of shrinkers', sleep: 'uninterruptible' },
    entry: [
      change(({ task, policy, device }) => ({
        task: asleep(
          task,
          shrinkerListLock(policy.shrinkers, mountShrinkerId(shrinker, device)),
          stacks[policy.shrinkers].frames,
          'uninterruptible',
          policy.shrinkers === 'rwsem' ? 'W' : '',
        ),
      })),
      send(({ device }) => toShrinkers(message(device))),
    ],
    exit: wakeUp,
  }) as const;

/** alloc_super: an id, for which the lock of the list is needed, too. */
export const preallocating = <Next extends string>(next: Next) =>
  ({
    ...listStep('sb-xfs', STACKS.preallocating, (device) => ({
      type: 'shrinkers.preallocate',
      shrinker: mountShrinkerId('sb-xfs', device),
    })),
    on: { 'task.shrinkerPreallocated': next },
  }) as const;

/** Of a file system that is empty so far. */
export const registering = <Next extends string>(shrinker: MountShrinker, next: Next) =>
  ({
    ...listStep(shrinker, STACKS.mounting[shrinker], (device) => ({
      type: 'shrinkers.register',
      shrinker: mountShrinker(shrinker, device, null),
    })),
    on: { 'task.shrinkerRegistered': next },
  }) as const;

export const unregistering = <Next extends string>(shrinker: MountShrinker, next: Next) =>
  ({
    ...listStep(shrinker, STACKS.unmounting[shrinker], (device) => ({
      type: 'shrinkers.unregister',
      shrinker: mountShrinkerId(shrinker, device),
    })),
    on: { 'task.shrinkerUnregistered': next },
  }) as const;
