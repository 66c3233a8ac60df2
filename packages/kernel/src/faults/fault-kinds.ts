/**
 * Faults that a person may put into a run at an instant: the one table of what there is, read by the command line, by
 * the inspector's palette, and by whoever makes a plan of them. What a kind cannot say, as an agent that only one of
 * its faults would need, stands where faults are put into plans.
 */
import { MICROSECOND, MILLISECOND, SECOND, type VirtualTime } from '@dragon/engine';

/** As the palette puts them together. */
export type FaultGroup = 'CPU' | 'disk' | 'memory' | 'fs' | 'task' | 'message';

/**
 * A number that a fault has beside its target and its instant.
 * - `duration`: nanoseconds.
 * - `count`: a whole number of `unit`.
 */
export interface FaultParam {
  readonly name: string;
  readonly about: string;
  readonly type: 'duration' | 'count';
  /** As in `pages`; a duration is read and shown with the unit that fits. */
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  /** null: it may be left out, and then it is for good. */
  readonly default: number | null;
}

/** Whom a fault strikes: the number or the id of an agent of one of the kinds that it fits. */
export interface FaultTarget {
  readonly param: string;
  readonly by: 'number' | 'id';
  /** Absent: it has to be said. */
  readonly default?: number;
}

export interface FaultKind {
  /** As in `stall-cpu`. */
  readonly kind: string;
  readonly group: FaultGroup;
  /** What stands on the palette, beside its group. */
  readonly label: string;
  /** What a sheet that asks for its numbers has as its heading: before the target, and behind it. */
  readonly title: readonly [before: string, behind: string];
  /** What it does to the machine. */
  readonly about: string;
  /** The facility of the kernel, or the incident, that it stands for. */
  readonly standsFor: string;
  /** What of it is not modelled; empty if nothing. */
  readonly leavesOut: string;
  /** Kinds of agents that it may strike, or, without a target, that a plan has to have. */
  readonly fits: readonly string[];
  readonly target: FaultTarget | null;
  readonly params: readonly FaultParam[];
  /** Two of them on one target must not overlap in time. */
  readonly alone: boolean;
}

/** A run is no longer than this. */
const LONGEST: VirtualTime = 90 * 24 * 3_600 * SECOND;

const lasting = (about: string, usual: VirtualTime | null, least: VirtualTime): FaultParam => ({
  name: 'for',
  about,
  type: 'duration',
  unit: '',
  least,
  most: LONGEST,
  default: usual,
});

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    kind: 'stall-cpu',
    group: 'CPU',
    label: 'stall',
    title: ['Stall CPU ', ''],
    about: 'the CPU runs nothing: the thread on it stays there and does nothing, those who want it wait',
    standsFor: 'a virtual CPU that the hypervisor has taken away (steal time), or an SMI or NMI that takes long',
    leavesOut:
      "its interrupts are taken; the stalled time counts as the thread's own, as without steal time accounting",
    fits: ['cpu'],
    target: { param: 'cpu', by: 'number' },
    params: [lasting('how long it runs nothing', 10 * MILLISECOND, 10 * MICROSECOND)],
    alone: true,
  },
  {
    kind: 'freeze',
    group: 'fs',
    label: 'freeze',
    title: ['Freeze the file system', ''],
    about: 'inodes are queued for inactivation, but no worker is started and nobody is made to wait, until it thaws',
    standsFor: 'xfs_freeze -f and, after a while, -u, as a snapshot or a backup does: freeze_super, thaw_super',
    leavesOut:
      'the sync of data, and writers that wait: a worker that is in a run goes on with it; khungtaskd is blind to it',
    fits: ['inode-cache'],
    target: null,
    params: [lasting('how long it stays frozen', 5 * SECOND, MILLISECOND)],
    alone: true,
  },
];

/** The kinds by name. */
export const FAULT_KIND_NAMES: readonly string[] = FAULT_KINDS.map(({ kind }) => kind);
