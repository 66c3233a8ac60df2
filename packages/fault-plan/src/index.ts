/** The public names of fault plans. */
export { type FaultPlan, readFaultPlan } from './fault-plan.ts';
export { FaultPlanError } from './fault-plan-error.ts';
export { formatFaultPlan, ruleFields } from './fault-plan-text.ts';
