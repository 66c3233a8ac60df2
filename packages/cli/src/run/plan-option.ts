/** The option `--plan`: its file is read once, and what it says is put into every run of the command. */
import { type FaultPlan, FaultPlanError, readFaultPlan } from '@dragon/fault-plan';
import { unreadableFile } from '@dragon/report';
import { shortText } from '@dragon/report/io';
import { type AskedRun, askedWithPlan, SettingError } from '@dragon/scenarios';
import { OperationalError } from '../failure.ts';

/** In bytes: those of a plan that has as many characters as it may have, and of many more. */
const LONGEST_PLAN = 1 << 20;

/**
 * Returns what makes a run one with the faults and rules of the file; without a file, the run itself. Throws a
 * `SettingError` that names line and column, or an `OperationalError` for a file that cannot be read.
 */
export function planOption(path: string | undefined): (asked: AskedRun) => AskedRun {
  if (path === undefined) return (asked) => asked;
  const plan = planIn(path);
  return (asked) => askedWithPlan(asked, path, plan);
}

function planIn(path: string): FaultPlan {
  try {
    return readFaultPlan(shortText(path, LONGEST_PLAN));
  } catch (error) {
    if (error instanceof FaultPlanError) throw new SettingError('plan', `${path}: ${error.message}`);
    throw new OperationalError(unreadableFile(path, error));
  }
}
