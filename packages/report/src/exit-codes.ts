/** The exit codes of a process that makes a run, the command's or the coordinator's: what a script can rely on. */
export const EXIT = {
  /** The run completed, the traces are equal, nothing is missing. */
  ok: 0,
  /** Something outside the model failed: no NATS server, an unreadable file, a lost process. */
  operational: 1,
  /** A finding: a deadlock, a stall, two traces that differ. */
  finding: 2,
  /** EX_USAGE of sysexits.h. */
  usage: 64,
  /** EX_SOFTWARE of sysexits.h: a bug in our code. */
  bug: 70,
  /** EX_IOERR of sysexits.h: output could not be written, to a file or to standard output. */
  unwritten: 74,
} as const;
