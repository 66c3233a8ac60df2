/**
 * An admission: fates that rules may give to a message or a timer of the simulated kernel, and why: what a real kernel,
 * its hardware or its hypervisor can do to the same thing. A rule that asks for another is refused, as a run of it
 * would show nothing of any kernel.
 */
import type { FateKind } from '@dragon/engine';

export interface Admission {
  readonly fates: readonly FateKind[];
  /** Why these and no others, as a sentence without its full stop. */
  readonly because: string;
}

export const admitted = (fates: readonly FateKind[], because: string): Admission => ({ fates, because });

export const LATE: readonly FateKind[] = ['delay', 'hold'];
