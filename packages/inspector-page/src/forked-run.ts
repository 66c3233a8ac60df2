/** A fork of a run: its plan with faults, and what a person is told of it. */
import { type Fault, faultName, formatExactDuration, formatFault } from '@dragon/kernel';
import { withFaults } from '@dragon/scenarios';
import type { PlannedRun } from './worker-protocol.ts';

/** Throws `FaultError` for a fault that the plan has no room for. */
export function forkedRun({ plan, heading, command = {}, fork }: PlannedRun, faults: readonly Fault[]): PlannedRun {
  const before = Array.isArray(command['faults']) ? command['faults'] : [];
  return {
    plan: withFaults(plan, faults),
    heading: [heading, ...faults.map((fault) => `${faultName(fault)} at ${formatExactDuration(fault.at)}`)].join(', '),
    command: { ...command, faults: [...before, ...faults.map(formatFault)] },
    fork,
  };
}
