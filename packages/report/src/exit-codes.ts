/**
 * The exit codes of a process that makes or reads runs, the command's or the coordinator's: what a script can rely on.
 * The one table: help and docs print it.
 */
export const EXIT = {
  ok: 0,
  operational: 1,
  finding: 2,
  inconclusive: 3,
  /** EX_USAGE of sysexits.h. */
  usage: 64,
  /** EX_SOFTWARE of sysexits.h. */
  bug: 70,
  /** EX_IOERR of sysexits.h. */
  unwritten: 74,
  /** 128 and the number of SIGINT, as a shell has it; other signals have theirs. */
  interrupted: 130,
} as const;

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'the run completed, the traces are equal, the kernel agrees',
  operational: 'something outside the model failed: no NATS server, an unreadable file, a lost process',
  finding: 'a finding: a deadlock, an OOM kill, a stall, traces that differ, a kernel that disagrees',
  inconclusive: 'nothing could be concluded: nothing to check, too much that is unreadable',
  usage: 'bad usage',
  bug: 'a bug in this program; the message says how to repeat it',
  unwritten:
    'output could not be written, to a file or to standard output; not if its reader left early, as head does: it has what it wanted',
  interrupted: 'stopped by Ctrl-C (for other signals, 128 and the number of the signal)',
};

/** Each code with its meaning, from the lowest to the highest. */
export const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = (
  Object.keys(EXIT) as (keyof typeof EXIT)[]
).map((name) => [String(EXIT[name]), MEANINGS[name]]);
