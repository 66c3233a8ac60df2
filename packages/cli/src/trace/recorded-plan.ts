/** The plan of a trace, as far as it can be used: whatever it was made from. */
import type { Plan } from '@dragon/engine';
import { kernelPlanFrom } from '@dragon/kernel';
import type { TraceSource } from '@dragon/report';
import { OperationalError } from '../failure.ts';

/** What is to be done with a trace. */
export type Use = 'replayed' | 'exported';

/** Returns the plan; throws an `OperationalError` if it is none that can be run. */
export function recordedPlan(trace: TraceSource, use: Use): Plan {
  try {
    return kernelPlanFrom(trace.plan);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw traceRefusal(trace, use, error.message);
  }
}

/** Returns the error of a trace that this program cannot use so. */
export function traceRefusal({ path }: TraceSource, use: Use, why: string): OperationalError {
  return new OperationalError(
    `${path} cannot be ${use}: ${why}; it was made by another version of this program, or by hand`,
  );
}
