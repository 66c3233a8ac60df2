/** The fields of `dragon import ftrace --json`. Times are nanoseconds of the trace's clock. */
import { z } from 'zod';
import { COUNT } from './json-kinds.ts';

const TRACE_TIME = z.number().describe("nanoseconds of the trace's clock; exact up to 104 days");

const DISTRIBUTION = z.strictObject({
  n: COUNT,
  min: z.number(),
  p10: z.number(),
  p50: z.number(),
  mean: z.number(),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
});

/** Absent where it never happened. */
const MAYBE = DISTRIBUTION.optional();

const UNREAD = z.array(z.strictObject({ line: COUNT, text: z.string() }));

const TASK_TIMES = z.array(z.strictObject({ task: z.string(), time: TRACE_TIME }));

const EVENTS = z.array(z.strictObject({ name: z.string(), events: COUNT })).describe('the most frequent first');

const BATCHES = z.strictObject({
  phase: z.string(),
  sizes: DISTRIBUTION,
  top: z.array(z.tuple([COUNT, COUNT])).describe('[size, runs], the most frequent first'),
});

const INODES = z.strictObject({
  queued: COUNT,
  latency: MAYBE,
  service: MAYBE,
  reclaimLag: MAYBE,
  groups: z.array(
    z.strictObject({
      phase: z.string(),
      comm: z.string(),
      queued: COUNT,
      interArrival: MAYBE,
      latency: MAYBE,
      service: MAYBE,
    }),
  ),
  batches: BATCHES.optional(),
  batchesByPhase: z.array(BATCHES),
  maxBacklog: z.array(z.strictObject({ cpu: COUNT, items: COUNT })),
  leftOut: z.strictObject({ latency: COUNT, service: COUNT, reclaimLag: COUNT, batches: COUNT }),
});

const THROTTLING = z.strictObject({
  throttles: COUNT,
  zeroProgress: COUNT,
  progress: MAYBE.describe('inodes of the CPU that were inactivated during a wait'),
  wait: MAYBE,
  upperBounds: COUNT.describe("waits of which only the task's next event tells that they are over"),
  leftOut: COUNT.describe('waits that could not be measured'),
  byComm: z.array(z.strictObject({ comm: z.string(), throttles: COUNT, upperBounds: COUNT, wait: MAYBE })),
  items: MAYBE,
});

const RECLAIM = z.strictObject({
  kswapdWakes: COUNT,
  kswapdAwake: TASK_TIMES,
  kswapdScans: z.array(
    z.strictObject({
      shrinker: z.string(),
      priority: COUNT.optional(),
      calls: COUNT,
      scanned: z.number(),
      freed: z.number(),
    }),
  ),
  kswapdPrune: MAYBE,
  kswapdPages: COUNT,
  directPages: COUNT,
  directReclaim: MAYBE,
  directReclaimBy: TASK_TIMES,
  shrinkers: z
    .array(
      z.strictObject({
        task: z.string(),
        shrinker: z.string(),
        calls: COUNT,
        scanned: z.number(),
        time: TRACE_TIME,
        longest: z.array(TRACE_TIME),
      }),
    )
    .describe('time inside shrinkers, the longest first'),
  shrinkerLock: z
    .enum(['held', 'held-before-6.7', 'none'])
    .describe('whether shrinker_rwsem is held meanwhile; held-before-6.7: the trace does not tell its kernel'),
  insideAtEnd: z.array(z.strictObject({ task: z.string(), shrinker: z.string(), time: TRACE_TIME })),
  leftOut: z.strictObject({ kswapdPrune: COUNT, directReclaim: COUNT, shrinkers: COUNT }),
  oomKills: z.array(z.strictObject({ at: TRACE_TIME, pid: COUNT, comm: z.string() })),
});

export const IMPORT_FTRACE_FIELDS = {
  file: z.string(),
  events: COUNT,
  from: TRACE_TIME,
  to: TRACE_TIME,
  cpus: z.array(COUNT),
  hz: z.number().optional().describe('CONFIG_HZ, if the trace tells'),
  byEvent: EVENTS,
  unknownEvents: z.array(z.string()),
  byTask: EVENTS,
  malformed: UNREAD,
  otherForms: UNREAD.describe('whole events of a form that is not known'),
  foreign: UNREAD.describe('lines that are not of a trace'),
  lost: z.array(z.strictObject({ line: COUNT, cpu: COUNT, count: COUNT.optional() })),
  counts: z.strictObject({
    lines: COUNT,
    events: COUNT,
    comments: COUNT,
    malformed: COUNT.describe('lines that were events, torn'),
    foreign: COUNT.describe('lines that are not of a trace'),
    otherForms: COUNT.describe('whole events whose text has a form that is not known'),
    stackLines: COUNT,
    functionLines: COUNT,
    folded: COUNT.describe('lines that a mail program has folded'),
    unknown: COUNT.describe('events that no rule and no statistic knows'),
    restarts: COUNT,
    withoutCpu: COUNT,
    unnamed: COUNT.describe('events of tasks that no line names'),
    lost: COUNT,
    overwritten: COUNT,
    outOfOrder: COUNT,
    brokenOff: z.string().optional(),
    unended: z.boolean().describe('the text ends without a newline'),
  }),
  statistics: z.strictObject({
    events: COUNT,
    from: TRACE_TIME,
    to: TRACE_TIME,
    inodes: INODES,
    throttling: THROTTLING,
    reclaim: RECLAIM,
    unreadLines: z.record(z.string(), COUNT).describe('by event: its lines that could not be read'),
  }),
  timeline: z.array(
    z.strictObject({
      at: TRACE_TIME,
      kind: z.enum(['mark', 'runs', 'throttles', 'kswapd', 'reclaim', 'oom', 'gap']),
      text: z.string(),
    }),
  ),
};
