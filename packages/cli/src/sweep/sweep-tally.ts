/** The tally of a sweep: verdicts taken in the order of the runs, counted by outcome, and grouped by what was found. */
import { createHash } from 'node:crypto';
import { OUTCOMES, type Outcome } from '@dragon/report';
import { dragonCommand } from '../dragon-command.ts';
import type { RunVerdict } from '../many-runs/run-verdict.ts';
import type { SweepJob } from './sweep-request.ts';

/** Runs of one policy that found the same. */
export interface SweptFinding {
  readonly policy: string;
  readonly outcome: Outcome;
  readonly line: string;
  readonly runs: number;
  readonly firstSeed: number;
  /** When the first of them found it. */
  readonly firstAtNs: number;
  /** The command that makes the first of them again. */
  readonly replay: string;
}

export interface SweptRun {
  readonly policy: string;
  readonly seed: number;
  readonly outcome: Outcome;
  readonly endedAtNs: number;
  readonly events: number;
  readonly digest: string;
}

export class SweepTally {
  /** In the order of the seeds, and of the policies within one. */
  readonly runs: SweptRun[] = [];
  readonly #findings = new Map<string, SweptFinding>();
  readonly #digests = createHash('sha256');

  add({ policy, seed, request }: SweepJob, { outcome, endedAt, events, digest, finding }: RunVerdict): void {
    this.runs.push({ policy, seed, outcome, endedAtNs: endedAt, events, digest });
    this.#digests.update(`${digest}\n`);
    if (finding === null) return;
    const key = JSON.stringify([policy, outcome, finding.line]);
    const before = this.#findings.get(key);
    this.#findings.set(
      key,
      before === undefined
        ? {
            policy,
            outcome,
            line: finding.line,
            runs: 1,
            firstSeed: seed,
            firstAtNs: finding.at,
            replay: dragonCommand(request.replayArguments),
          }
        : { ...before, runs: before.runs + 1 },
    );
  }

  /** Returns a digest over those of all runs, in their order: 16 hexadecimal digits. */
  digest(): string {
    return this.#digests.copy().digest('hex').slice(0, 16);
  }

  /** Returns how many runs of a policy ended how; only outcomes that there were. */
  outcomes(policy: string): ReadonlyMap<Outcome, number> {
    const runs = this.runs.filter((run) => run.policy === policy);
    const counts = OUTCOMES.map((outcome) => [outcome, runs.filter((run) => run.outcome === outcome).length] as const);
    return new Map(counts.filter(([, count]) => count > 0));
  }

  /** Returns the findings, of each policy the most frequent first; of equally frequent ones, the earlier seed's. */
  findings(policy: string): SweptFinding[] {
    return [...this.#findings.values()]
      .filter((finding) => finding.policy === policy)
      .sort((a, b) => b.runs - a.runs || a.firstSeed - b.firstSeed);
  }
}
