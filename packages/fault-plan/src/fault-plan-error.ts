/** Error of a plan file: what is wrong with it, where, and what to do, in one line. */

/** Where something begins, both from 1 on. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export const placeText = ({ line, column }: Place): string => `line ${line}, column ${column}`;

export class FaultPlanError extends Error {
  override readonly name = 'FaultPlanError';

  constructor(place: Place, why: string) {
    super(`${placeText(place)}: ${why}`);
  }
}
