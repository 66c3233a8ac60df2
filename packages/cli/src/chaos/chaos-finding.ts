/** A finding of a hunt with what makes it again: its plan as a file where words do not suffice, and the commands. */
import type { Attempt, HuntFinding, HuntTally } from '@dragon/hunt';
import { formatFaultPlan } from '@dragon/fault-plan';
import { shellWord } from '@dragon/kernel';
import { dragonCommand } from '../dragon-command.ts';
import { writeWholeFile } from '../whole-file.ts';
import type { ChaosRequest } from './chaos-request.ts';

export interface ChaosFinding extends HuntFinding {
  readonly attempt: Attempt;
  /** Where the faults and rules of its run stand; null if the command says them. */
  readonly plan: string | null;
  /** The command that makes its run again. */
  readonly replay: string;
  /** The one that opens the inspector at the instant of the finding. */
  readonly look: string;
  /** The one that makes it as simple as it can be. */
  readonly shrink: string;
}

/** Returns the findings of the runs so far; writes the plans of those that need a file to be made again. */
export function chaosFindings(
  request: ChaosRequest,
  tally: HuntTally,
  attemptAt: (index: number) => Attempt,
  statePath: string,
): readonly ChaosFinding[] {
  return tally.findings().map((finding) => {
    const attempt = attemptAt(finding.first);
    const path = `${statePath}.${finding.first}.yaml`;
    const needsFile = attempt.rules.length > 0 || request.plain.planFile !== undefined;
    if (needsFile) writeWholeFile(path, formatFaultPlan(request.additions(attempt)));
    const { replayArguments } = needsFile ? request.runOf(attempt, path) : request.run(attempt);
    const [, ...words] = replayArguments.split(' ');
    const look = ['inspect', words[0], shellWord(`#t=${finding.at}`), ...words.slice(1)].join(' ');
    return {
      ...finding,
      attempt,
      plan: needsFile ? path : null,
      replay: dragonCommand(replayArguments),
      look: dragonCommand(look),
      shrink: dragonCommand(['shrink', ...words].join(' ')),
    };
  });
}
