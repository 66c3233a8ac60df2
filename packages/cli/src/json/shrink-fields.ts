/** The fields of `dragon shrink --json`. */
import { z } from 'zod';
import { COUNT, SEED, SET, VIRTUAL_TIME } from './json-kinds.ts';

const RUN = z.strictObject({
  seed: SEED,
  cpus: COUNT,
  untilNs: VIRTUAL_TIME,
  set: SET,
  faults: z.array(z.string()).describe('as --fault reads them'),
  rules: z.array(z.record(z.string(), z.json())).describe('as a plan has them'),
});

export const SHRINK_FIELDS = {
  scenario: z.string(),
  profile: z.string(),
  set: SET,
  line: z.string().describe('what both find, in roles: equal findings have equal lines'),
  before: RUN.describe('the run that was asked for'),
  shrunk: RUN.describe('the simplest that was found'),
  atNs: VIRTUAL_TIME.describe('when the shrunk run has found it'),
  digest: z.string().describe('of the shrunk run'),
  events: COUNT.describe('of the shrunk run'),
  steps: z
    .array(
      z.strictObject({
        atNs: VIRTUAL_TIME,
        agent: z.string().nullable().describe('null for a thread that no agent has as its own'),
        text: z.string(),
      }),
    )
    .describe('without any of which there would be no deadlock; empty of anything else'),
  plan: z.string().nullable().describe('the file with the faults and rules that are left; null if replay says them'),
  replay: z.string().describe('the command that makes the shrunk run again'),
  look: z.string().describe('the command that opens the inspector at the instant of the finding'),
  isSimplest: z.boolean().describe('false: stopped by Ctrl-C before nothing could be left out any more'),
  runs: COUNT.describe('made to find it'),
  workers: COUNT,
  wallSeconds: z.number(),
};
