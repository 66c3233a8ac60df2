/** Virtual time never runs back. */
import type { SeenStep, Witness } from './witness.ts';

export class ClockWitness implements Witness {
  #now = 0;

  see({ at }: Pick<SeenStep, 'at'>, complain: (text: string) => void): void {
    if (at < this.#now) complain(`time ran back from ${this.#now} to ${at}`);
    this.#now = at;
  }
}
