/** What is said of a kind of fault: whom it strikes, with which numbers and names, and what it stands for. */
import type { FateKind } from '@dragon/engine';

/** As the palette puts them together. */
export type FaultGroup = 'CPU' | 'disk' | 'memory' | 'fs' | 'task' | 'message' | 'rule';

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
  /** null: it may be left out; if it says how long something lasts, that is for good then. */
  readonly default: number | null;
}

/** A name that a fault may be told beside its target. */
export interface FaultName {
  readonly name: string;
  readonly about: string;
  /** - `what`: the type of a message, or the name of a timer. `agent`: the id of an agent. */
  readonly of: 'what' | 'agent';
  /** What it is if it is not said, in words. */
  readonly otherwise: string;
}

/** Whom a fault strikes: the number or the id of an agent of one of the kinds that it fits. */
export interface FaultTarget {
  readonly param: string;
  readonly by: 'number' | 'id';
  /** Absent: it has to be said, unless there is an `otherwise`. */
  readonly default?: number;
  /** Whom it strikes if nobody is said, in words. */
  readonly otherwise?: string;
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
  /** Kinds of agents that it may strike, or, without a target, that a plan has to have; none: any kind. */
  readonly fits: readonly string[];
  readonly target: FaultTarget | null;
  readonly params: readonly FaultParam[];
  readonly names?: readonly FaultName[];
  /** It is a rule from its instant on: what becomes of messages to its target, or of the target's timers. */
  readonly fate?: FateKind;
  /** It carries a message as its param `message`, an object with a `type`; as text, a word for each of its fields. */
  readonly carries?: 'message';
  /** Two of them on one target must not overlap in time. */
  readonly alone: boolean;
}
