/** Processes of a distributed run, started as the command starts them: one for each agent, over NATS. */
import { readRun, requestRun } from '@dragon/scenarios';
import { hostProcesses, oneProcessAnAgent } from '../../packages/cli/src/run/process-plan.ts';
import { runDistributed } from '../../packages/cli/src/run/run-distributed.ts';

/** Returns how many processes there are, and the seconds until the last of them and the NATS server were up. */
export async function processesUp(
  few: boolean,
  signal: AbortSignal,
): Promise<{ readonly processes: number; readonly seconds: number }> {
  // What comes after the start is not asked for.
  const plan = requestRun(readRun({ scenario: 'seed-deadlock', cpus: '4', until: '1ms' })).plan();
  const { processes, startSeconds, close } = await runDistributed(plan, {
    processPlan: few ? hostProcesses(2) : oneProcessAnAgent(plan),
    env: process.env,
    signal,
    onStarting: () => undefined,
    onNotice: () => undefined,
  });
  await close?.();
  return { processes, seconds: startSeconds };
}
