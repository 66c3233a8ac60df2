/** Error of a plan file: what is wrong with it, where, and what to do, in one line. */

/** Where something begins, both from 1 on. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export class FaultPlanError extends Error {
  override readonly name = 'FaultPlanError';

  constructor({ line, column }: Place, why: string) {
    super(`line ${line}, column ${column}: ${why}`);
  }
}
