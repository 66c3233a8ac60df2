/** The fields of `dragon import dmesg --json`. Tasks are named by pid; seconds are those since boot. */
import { z } from 'zod';
import { COUNT } from './json-kinds.ts';

const SECONDS = z.number().nullable().describe('seconds since boot; null if the log does not tell');
const PIDS = z.array(COUNT);
const CYCLES = z.array(PIDS).describe('pids: each waits for the next, the last for the first');

const EDGES = z.array(
  z.strictObject({
    pid: COUNT,
    basis: z
      .enum(['stack', 'locks', 'kernel', 'fits'])
      .describe(
        'stack: the code of a frame holds it; locks: lists of held locks; kernel: the kernel names it; fits: no fact',
      ),
    because: z.string(),
  }),
);

const TASK = z.strictObject({
  comm: z.string(),
  pid: COUNT,
  state: z.string().describe('the letter that the kernel prints; ? where nothing tells it'),
  cpu: COUNT.nullable(),
  line: COUNT,
  atSeconds: SECONDS,
  blockedForSeconds: z.number().nullable(),
  workqueue: z.string().nullable(),
  fileSystem: z.string().nullable(),
  stack: z.array(z.string()).describe('innermost first, without guesses and interrupts'),
  waitsFor: z
    .strictObject({
      resource: z.string(),
      lock: z.enum(['R', 'W', '']),
      mode: z.enum(['uninterruptible', 'killable', 'timed']),
      site: z.string(),
      words: z.string(),
    })
    .nullable(),
  holds: z.array(z.strictObject({ resource: z.string(), lock: z.string(), because: z.string() })),
  blockedBy: EDGES.describe('all of them must get on first'),
  candidates: EDGES.describe('one of them must get on first; which is not told'),
  outside: z.string().nullable().describe('what no task holds, as a disk'),
});

const DUMP = z.strictObject({
  verdict: z.enum(['deadlock', 'stall', 'unclear', 'nothing']),
  sentence: z.string(),
  release: z.string().nullable(),
  complete: z.boolean().describe('a dump of all blocked tasks (sysrq)'),
  line: COUNT,
  fromSeconds: SECONDS,
  toSeconds: SECONDS,
  cycles: CYCLES,
  behind: PIDS.describe('stuck behind a cycle, in none of them'),
  possibleCycles: CYCLES,
  roots: z.array(
    z.strictObject({
      kind: z.enum(['running', 'sleeping', 'outside', 'not-shown', 'not-told']),
      pid: COUNT,
      what: z.string(),
      behind: PIDS,
    }),
  ),
  tasks: z.array(TASK),
  scenario: z
    .strictObject({ scenario: z.string(), profile: z.string().nullable(), why: z.string() })
    .nullable()
    .describe('the nearest that dragon run has'),
});

const LOCKDEP = z.strictObject({
  kind: z.enum(['circular', 'recursive', 'other']).describe('other: no order of locks, or in a form that is not read'),
  title: z.string().describe('as lockdep prints it'),
  comm: z.string(),
  pid: COUNT,
  acquiring: z.string(),
  holding: z.string(),
  chain: z.array(z.string()).describe('as printed: the last taken first'),
  line: COUNT,
  at: SECONDS,
});

export const IMPORT_DMESG_FIELDS = {
  file: z.string(),
  verdict: z
    .enum(['deadlock', 'stall', 'unclear', 'nothing', 'order'])
    .describe('order: no task is blocked, and lockdep warns'),
  told: COUNT.nullable().describe('the index of the dump that the text tells'),
  dumps: z.array(DUMP),
  lockdep: z.array(LOCKDEP),
  unread: COUNT.describe('lines that speak of a blocked task in a form that is not known'),
  leftOut: COUNT.describe('tasks, dumps and warnings beyond what is kept'),
};
