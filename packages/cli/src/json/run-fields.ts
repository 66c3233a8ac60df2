/** The fields of `dragon run --json`. */
import { z } from 'zod';
import { LATENCY } from './calibrate-fields.ts';
import { COUNT, DIGEST, OUTCOME, POLICY, SEED, SET, VIRTUAL_TIME } from './json-kinds.ts';

const SHARE = z.number().min(0).max(1);

const TIME_SHARES = z
  .strictObject({ steps: SHARE, codec: SHARE, waiting: SHARE })
  .describe('shares of the time of the rounds');

const WINDOWS = {
  agents: COUNT,
  events: COUNT,
  windows: COUNT,
  frames: COUNT,
  eventsPerWindow: z.number(),
  framesPerWindow: z.number(),
  time: TIME_SHARES,
};

const STATS = z
  .union([
    z.strictObject({
      eventsPerSecond: COUNT,
      process: z.strictObject({ cpuSeconds: z.number(), garbageSeconds: z.number(), peakMegabytes: COUNT }),
    }),
    z.strictObject({
      eventsPerSecond: COUNT,
      rounds: COUNT,
      roundsPerEvent: z.number(),
      federatesPerRound: z.number(),
      all: z.strictObject(WINDOWS),
      federates: z.array(z.strictObject({ name: z.string(), ...WINDOWS })),
      coordinator: TIME_SHARES,
    }),
  ])
  .describe('with --stats: what the run cost, in one process or in many');

const TASK = { agent: z.string(), comm: z.string(), pid: COUNT.nullable().describe('null: the agent is no thread') };

const NAMED = z.strictObject({
  text: z.string().describe('in the words of the report'),
  resource: z.string().describe("the agents' own name for it"),
  mode: z.enum(['R', 'W', '']).describe('for reading, for writing, or of one mode'),
  sinceNs: VIRTUAL_TIME,
});

const WAITING = {
  ...TASK,
  state: z.enum(['D', 'R']).describe('as a task dump has it; R tries again and again'),
  holds: z.array(NAMED),
  waitsFor: NAMED,
  stack: z.array(z.string()).describe('the innermost function first'),
  stackSource: z.string().nullable().describe('where its frames are from; null if nothing is known of them'),
};

const STEP = z.strictObject({
  atNs: VIRTUAL_TIME,
  agent: z.string().nullable().describe('null for a thread that no agent has as its own, as a spare kworker'),
  comm: z.string(),
  pid: COUNT.nullable(),
  text: z.string(),
});

export const RUN_FIELDS = {
  scenario: z.string(),
  profile: z.string(),
  release: z.string().describe('what uname -r says'),
  policy: POLICY,
  seed: SEED,
  cpus: COUNT,
  untilNs: VIRTUAL_TIME,
  keepGoing: z.boolean(),
  set: SET,
  latency: z
    .strictObject({ file: z.string().nullable(), delays: z.record(z.string(), LATENCY) })
    .nullable()
    .describe(
      "delays in place of the model's own, whole, as a profile for --latency has them: a file with format 'sleeping-dragon latency profile', version 1, source { file } and these delays gives the same run; null without --latency",
    ),
  faults: z
    .array(
      z.strictObject({
        name: z.string().describe('its own in the run'),
        atNs: VIRTUAL_TIME,
        kind: z.string(),
        params: z.record(z.string(), z.json()),
        text: z.string().describe('as --fault reads it'),
      }),
    )
    .describe('what a person put into the run, in the order of the instants'),
  planFile: z
    .string()
    .nullable()
    .describe('the file of --plan, which has the rules and some of the faults; null without'),
  rules: z
    .array(
      z.strictObject({
        name: z.string(),
        rule: z.record(z.string(), z.json()).describe('as a plan has it: see dragon schema fault-plan'),
        verdicts: COUNT.describe('how many messages or timers it struck'),
      }),
    )
    .describe('what was to become of messages and timers; of several that fit, the first that strikes counts'),
  replay: z.string().describe('the command that makes the same run'),
  planDigest: DIGEST.describe('of all that the settings come to'),
  outcome: OUTCOME,
  endedAtNs: VIRTUAL_TIME.describe('the end of the run, which may be later than what it found'),
  events: COUNT,
  digest: DIGEST,
  findings: z.array(
    z.strictObject({
      kind: z.enum(['deadlock', 'oom', 'stall', 'property']),
      atNs: VIRTUAL_TIME,
      headline: z.string().describe('one line that says what it is'),
      sentence: z.string(),
    }),
  ),
  deadlock: z
    .strictObject({
      detectedAtNs: VIRTUAL_TIME,
      sentence: z.string(),
      undone: z
        .strictObject({ ...TASK, atNs: VIRTUAL_TIME })
        .nullable()
        .describe('who went on all the same, and when, if the cycle came undone'),
      cycle: z
        .array(z.strictObject({ ...WAITING, blockedOn: z.strictObject(TASK) }))
        .describe('each waits for the next, and the last for the first'),
      behind: z.array(z.strictObject(WAITING)).describe('who waits behind the cycle at the end of the run'),
      steps: z.array(STEP).nullable().describe('how it came to that, with --verbose; else null'),
      lockdep: z.string().nullable().describe('what lockdep would have said, and why'),
    })
    .nullable(),
  stalled: z
    .array(z.strictObject({ ...WAITING, behind: COUNT.describe('how many tasks wait behind it') }))
    .describe('of a run that stalled without a cycle, the tasks that all others wait for'),
  oomKills: z.array(z.strictObject({ atNs: VIRTUAL_TIME, pid: COUNT, comm: z.string() })),
  fsShutdown: z
    .strictObject({ atNs: VIRTUAL_TIME, where: z.enum(['ifree', 'free-extent', 'iunlink', 'log']) })
    .nullable()
    .describe('when XFS was shut down for a disk that failed, and where it met the error; null if it was not'),
  longWaits: z
    .array(
      z.strictObject({
        ...TASK,
        kind: z.enum(['memory', 'prune_icache_sb', 'syscall', 'resource']),
        text: z.string().describe('as in: for memory, in prune_icache_sb, in statfs, for shrinker_rwsem for reading'),
        sinceNs: VIRTUAL_TIME,
        durationNs: VIRTUAL_TIME,
        over: z.boolean().describe('false: the end of the run cut it off'),
      }),
    )
    .describe('the longest wait of each task and kind that took a second or more, the longest first'),
  processes: COUNT,
  wallSeconds: z.number().describe('without the start of processes'),
  eventsPerSecond: COUNT,
  stats: STATS.optional(),
};
