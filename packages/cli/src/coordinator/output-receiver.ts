/**
 * The receiving end of what a coordinator hands on. One that was started again hands on again what comes after its last
 * checkpoint: the same in the same order, so it is enough to count.
 */
import type { HandedOn } from '@dragon/federation';
import type { RecordOutlets, Watching } from '../run/run-here.ts';
import type { Output, OutputKind, OutputOf } from './coordinator-messages.ts';

type Outlets = RecordOutlets & Pick<Watching, 'onTrace'>;

const NOTHING: HandedOn = { rows: 0, hits: 0, changes: 0, samples: 0, verdicts: 0 };

export class OutputReceiver {
  readonly #outlets: { readonly [Kind in OutputKind]: ((output: OutputOf[Kind]) => void) | undefined };
  readonly #received = { ...NOTHING };
  /** Of each kind, how many will come that were here before. */
  #doubles = { ...NOTHING };

  constructor({ onRow, onTrace, onFacts, onCensus, onVerdict }: Outlets) {
    this.#outlets = { rows: onRow, hits: onTrace, changes: onFacts, samples: onCensus, verdicts: onVerdict };
  }

  /** What somebody takes. */
  get wanted(): OutputKind[] {
    return (['rows', 'hits', 'changes', 'samples', 'verdicts'] as const).filter(
      (kind) => this.#outlets[kind] !== undefined,
    );
  }

  /** Another coordinator begins, where so much had been handed on: default, at the start. */
  begin(handedOn: HandedOn = NOTHING): void {
    for (const kind of this.wanted) {
      this.#doubles[kind] = this.#received[kind] - handedOn[kind];
      if (this.#doubles[kind] < 0)
        throw new Error(`${handedOn[kind]} ${kind} were handed on, but ${this.#received[kind]} have come`);
    }
  }

  take(outputs: readonly Output[]): void {
    for (const [kind, output] of outputs) {
      if (this.#doubles[kind] > 0) this.#doubles[kind] -= 1;
      else {
        this.#received[kind] += 1;
        // The kind says which of them it is.
        (this.#outlets[kind] as ((each: typeof output) => void) | undefined)?.(output);
      }
    }
  }
}
