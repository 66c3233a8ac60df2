/** The public names of fault plans. */
export { type FaultPlan, readFaultPlan } from './fault-plan.ts';
export { FaultPlanError, type Place } from './fault-plan-error.ts';
export { formatFaultPlan } from './fault-plan-text.ts';
