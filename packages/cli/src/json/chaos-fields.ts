/** The fields of `dragon chaos --json`. */
import { z } from 'zod';
import { COUNT, OUTCOME, SEED, SET, VIRTUAL_TIME } from './json-kinds.ts';

const RULES = z.array(z.string()).describe('names of rules');

export const CHAOS_FIELDS = {
  scenario: z.string(),
  profile: z.string(),
  manner: z
    .enum(['steered', 'random', 'plain'])
    .describe('steered: runs that reached what is rare were changed further'),
  seeds: z.string().nullable().describe('as the command line had them; null: a seed for each run there was time for'),
  set: SET,
  faults: z.array(z.string()).describe('put into every run, as --fault reads them'),
  rules: RULES.describe('names of the rules of every run'),
  runs: COUNT,
  cutRuns: COUNT.describe('of these: too long to wait for their ends'),
  outcomes: z.partialRecord(OUTCOME, COUNT).describe('outcome to number of runs'),
  findings: z
    .array(
      z.strictObject({
        outcome: OUTCOME,
        line: z.string().describe('what was found, in roles: equal findings have equal lines'),
        runs: COUNT,
        firstAttempt: COUNT.describe('the first that found it, counted from 0'),
        atNs: VIRTUAL_TIME,
        seed: SEED,
        origin: z.enum(['plain', 'swarm', 'mutant']).describe('a mutant is a change of an earlier attempt'),
        faults: z.array(z.string()).describe('of this run alone, as --fault reads them'),
        rules: RULES.describe('names of the rules of this run alone'),
        plan: z.string().nullable().describe('the fault plan that the commands read; null if they need none'),
        replay: z.string().describe('the command that makes the first of these runs again'),
        look: z.string().describe('the command that opens the inspector at the instant of the finding'),
        shrink: z.string().describe('the command that makes the run as simple as it can be'),
      }),
    )
    .describe('in the order of the attempts that found them first'),
  curve: z
    .array(z.strictObject({ runs: COUNT, findings: COUNT, transitions: COUNT }))
    .describe('after how many runs there were how many different findings, and transitions taken'),
  coverage: z
    .array(
      z.strictObject({
        kind: z.string().describe('the kind of agents whose chart it is'),
        states: COUNT,
        statesReached: COUNT,
        transitions: COUNT.describe('those that agents of the scenario can take, as far as is known'),
        taken: COUNT,
        ruledOut: COUNT.describe('transitions beside these, which no agent of the scenario can take'),
        missed: z.array(z.string()).describe('those that no run took: source: cause [guard] -> target'),
      }),
    )
    .describe('by chart'),
  workers: COUNT,
  keptRuns: COUNT.describe('made by earlier commands, and kept'),
  wallSeconds: z.number(),
};
