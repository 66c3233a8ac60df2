/** Simpler numbers of a fault: a round instant, a short time, few pages, and of other counts what is usual. */
import { type Fault, faultKindNamed, type FaultParam } from '@dragon/kernel';
import type { Failure, FailingRun, Proposals } from './failing-run.ts';
import { roundings, smaller } from './simpler-numbers.ts';

/** Makes the numbers of each fault simpler. */
export function* withSimplerFaults(failure: Failure): Proposals {
  for (let i = 0; i < failure.run.faults.length; i += 1) {
    const fault = failure.run.faults[i];
    if (fault === undefined) break;
    for (const param of faultKindNamed(fault.kind).params) failure = yield* withSimplerParam(failure, i, param);
    const { run } = failure;
    const { at = 0 } = run.faults[i] ?? {};
    failure = (yield roundings(at).map((rounder) => changed(run, i, (each) => ({ ...each, at: rounder })))) ?? failure;
  }
  return failure;
}

function* withSimplerParam(failure: Failure, i: number, param: FaultParam): Proposals {
  const { name, type, unit, least, default: usual } = param;
  for (;;) {
    const { run } = failure;
    const value = run.faults[i]?.params[name];
    if (typeof value !== 'number') return failure;
    const isAmount = type === 'duration' || unit === 'pages';
    // Of what is no amount, as a probability or every how manieth, less is not simpler than what is usual.
    if (!isAmount && value === usual) return failure;
    const numbers = [...(isAmount || usual === null ? [] : [usual]), ...smaller(value, least)];
    const simpler = yield numbers.map((number) =>
      changed(run, i, (each) => ({ ...each, params: { ...each.params, [name]: number } })),
    );
    if (simpler === undefined) return failure;
    failure = simpler;
  }
}

function changed(run: FailingRun, place: number, change: (fault: Fault) => Fault): FailingRun {
  return { ...run, faults: run.faults.map((fault, i) => (i === place ? change(fault) : fault)) };
}
