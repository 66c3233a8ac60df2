/** What shrinking a run has come to: its plan, the commands that make it again, and what it finds, made once more. */
import { formatFaultPlan } from '@dragon/fault-plan';
import type { Failure } from '@dragon/hunt';
import { shellWord } from '@dragon/kernel';
import { essentialSteps, gravestStory, reportNames, runStories, type Story, type ToldStep } from '@dragon/report';
import { type AskedRun, requestRun, type RunRequest } from '@dragon/scenarios';
import { dragonCommand } from '../dragon-command.ts';
import { planOption } from '../run/plan-option.ts';
import { runHere } from '../run/run-here.ts';
import { writeWholeFile } from '../whole-file.ts';

export interface ShrunkRun extends Failure {
  /** The file that faults and rules were written to; null if the command says them all. */
  readonly plan: string | null;
  /** The command that makes the run again. */
  readonly replay: string;
  /** The one that opens the inspector at the instant of what it found. */
  readonly look: string;
  readonly digest: string;
  readonly events: number;
  /** What it found. */
  readonly story: Story | undefined;
  /** Without any of which there would be no cycle; none of what is no deadlock. */
  readonly steps: readonly ToldStep[];
}

/**
 * Writes the plan, if it has to be one or was asked for, and makes the run. `line`: what it finds, for a reader of the
 * plan.
 */
export async function shrunkRun(
  failure: Failure,
  asked: AskedRun,
  line: string,
  output: string | undefined,
): Promise<ShrunkRun> {
  const request = writtenRun(failure, asked, line, output);
  const plan = request.plan();
  const simulated = await runHere(plan, { signal: new AbortController().signal });
  const { graph, result } = simulated;
  const names = reportNames(plan);
  const [, ...words] = request.replayArguments.split(' ');
  const look = ['inspect', words[0], shellWord(`#t=${failure.at}`), ...words.slice(1)].join(' ');
  return {
    ...failure,
    plan: request.planFile?.path ?? null,
    replay: dragonCommand(request.replayArguments),
    look: dragonCommand(look),
    digest: result.digest,
    events: result.events,
    story: gravestStory(runStories(simulated, names)),
    steps: graph.deadlock === undefined ? [] : essentialSteps(graph.deadlock, result.history, plan, names),
  };
}

function writtenRun({ run }: Failure, asked: AskedRun, line: string, output: string | undefined): RunRequest {
  const { faults, rules, ...settings } = run;
  const bare: AskedRun = { ...asked, planFile: undefined, ...settings, faults: [], rules: [] };
  const isNeeded = rules.length > 0 || (output !== undefined && faults.length > 0);
  if (!isNeeded) return requestRun({ ...bare, faults });
  const path = output ?? `${asked.scenario}-shrunk.yaml`;
  const { replayArguments } = requestRun({ ...bare, planFile: { path, faults: [], rules: [] } });
  // A reader of the file wants to know what it is for: the command that it belongs to names the file.
  const about = [line, dragonCommand(replayArguments)].map((each) => `# ${each}\n`).join('');
  writeWholeFile(path, about + formatFaultPlan({ faults, rules }));
  return requestRun(planOption(path)(bare));
}
