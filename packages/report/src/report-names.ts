/** Names of tasks and resources as a report of one plan has them. */
import type { Plan } from '@dragon/engine';
import { ResourceNames } from './resource-names.ts';
import { TaskNames } from './task-names.ts';

export interface ReportNames {
  readonly tasks: TaskNames;
  readonly resources: ResourceNames;
}

export function reportNames(plan: Pick<Plan, 'agents' | 'resources'>): ReportNames {
  return { tasks: new TaskNames(plan), resources: new ResourceNames(plan) };
}
