/** The plan of a trace, as far as it can be used: whatever it was made from. */
import type { Plan } from '@dragon/engine';
import { PLAN } from '@dragon/federation';
import type { TraceSource } from '@dragon/report';
import { OperationalError } from '../failure.ts';

/** What is to be done with a trace. */
export type Use = 'replayed' | 'exported';

/** Returns the plan; throws an `OperationalError` if it is none, or has two agents of one name. */
export function recordedPlan(trace: TraceSource, use: Use): Plan {
  const { data: plan, error } = PLAN.safeParse(trace.plan);
  if (plan === undefined) {
    const [issue] = error.issues;
    throw traceRefusal(trace, use, `its plan does not fit (${[...(issue?.path ?? []), issue?.message].join(': ')})`);
  }
  const ids = new Set<string>();
  for (const { id } of plan.agents) {
    if (ids.has(id)) throw traceRefusal(trace, use, `its plan has two agents ${id}`);
    ids.add(id);
  }
  return plan;
}

/** Returns the error of a trace that this program cannot use so. */
export function traceRefusal({ path }: TraceSource, use: Use, why: string): OperationalError {
  return new OperationalError(
    `${path} cannot be ${use}: ${why}; it was made by another version of this program, or by hand`,
  );
}
