/** The errors that the command itself raises; each decides the exit code. */

/** Bad usage: the message is one line, and the usage line follows it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something outside the model that went wrong: one line that says what to do. */
export class OperationalError extends Error {
  override readonly name = 'OperationalError';
}

/** A promise of this program that did not hold, as that of equal digests. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}
