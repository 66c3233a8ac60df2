/**
 * The checkpoints of a federate: what it needs to go on in another process, saved between two windows when the
 * coordinator says so. What it sends after that it keeps until a later checkpoint of all federates is complete.
 */
import { type Plan, planDigest } from '@dragon/engine';
import { packData, PROTOCOL_VERSION } from './codec.ts';
import { FederationError } from './federation-error.ts';
import type { Body, Frame } from './frame.ts';
import type { HostedEngine } from './hosted-engine.ts';
import type { RunStore } from './run-store.ts';
import { FEDERATE_CHECKPOINT, type FederateCheckpoint, readSaved } from './saved-state.ts';
import type { WindowRunner } from './window-runner.ts';

const keyOf = (federate: string, checkpoint: number) => `${federate}.${checkpoint}`;

/** Throws `bad-checkpoint` if there is no such checkpoint, if it is of another run, or if it is none. */
export async function loadCheckpoint(
  store: RunStore,
  federate: string,
  { checkpoint, session, plan }: Pick<Frame<'place'>, 'checkpoint' | 'session' | 'plan'>,
): Promise<FederateCheckpoint> {
  const bytes = await store.get(keyOf(federate, checkpoint ?? 0));
  const refusal = (why: string) =>
    new FederationError('bad-checkpoint', `checkpoint ${checkpoint} of federate ${federate} is ${why}`);
  if (bytes === undefined) throw refusal('gone');
  const read = readSaved(FEDERATE_CHECKPOINT, bytes);
  if ('problem' in read) throw refusal(`none: ${read.problem}`);
  const { version, session: savedIn, planDigest: digest } = read.value;
  if (version !== PROTOCOL_VERSION || savedIn !== session || digest !== planDigest(plan))
    throw refusal('of another run');
  return read.value;
}

export interface FederateCheckpointsOptions {
  readonly name: string;
  readonly session: number;
  readonly plan: Plan;
  readonly store: RunStore;
  readonly engine: HostedEngine;
  readonly windows: WindowRunner;
  readonly tell: (body: Body) => void;
  readonly onError: (error: unknown) => void;
}

export class FederateCheckpoints {
  readonly #options: FederateCheckpointsOptions;
  /** The last one taken. */
  #checkpoint = 0;
  #isStored = false;
  /** What may be forgotten once a checkpoint is complete. */
  readonly #covered = new Map<number, { readonly window: number; readonly arrived: Body<'save'>['arrived'] }>();

  constructor(options: FederateCheckpointsOptions) {
    this.#options = options;
  }

  /** Saves at once, and says so; and once more when it is stored. A request that comes again gets its answer again; one
   * that is of another window is not for this process. */
  save({ checkpoint, complete, window, arrived }: Frame<'save'>): void {
    const { windows, engine, tell } = this.#options;
    if (checkpoint < this.#checkpoint || !windows.isAfter(window)) return;
    if (checkpoint > this.#checkpoint) {
      this.#forgetBefore(complete);
      const { version, session, planDigest: digest } = this.#head();
      const saved = { version, session, planDigest: digest, host: engine.save(arrived), windows: windows.save() };
      this.#checkpoint = checkpoint;
      this.#isStored = false;
      this.#covered.set(checkpoint, { window: windows.window, arrived });
      void this.#keep(checkpoint, packData(saved satisfies FederateCheckpoint));
    }
    tell({ kind: 'saved', checkpoint, stored: this.#isStored });
  }

  #head(): Pick<FederateCheckpoint, 'version' | 'session' | 'planDigest'> {
    const { session, plan } = this.#options;
    return { version: PROTOCOL_VERSION, session, planDigest: planDigest(plan) };
  }

  async #keep(checkpoint: number, bytes: Uint8Array): Promise<void> {
    const { store, name, tell, onError } = this.#options;
    try {
      await store.put(keyOf(name, checkpoint), bytes);
    } catch (error) {
      onError(error);
      return;
    }
    if (checkpoint !== this.#checkpoint) return;
    this.#isStored = true;
    tell({ kind: 'saved', checkpoint, stored: true });
  }

  #forgetBefore(complete: number): void {
    const { store, name, engine, windows } = this.#options;
    const covered = this.#covered.get(complete);
    if (covered !== undefined) {
      for (const { name: to, seq } of covered.arrived) engine.outbox.acknowledge(to, seq);
      windows.forget(covered.window);
    }
    for (const checkpoint of this.#covered.keys()) {
      if (checkpoint >= complete) continue;
      this.#covered.delete(checkpoint);
      // The run's store goes as a whole at its end: one that is not removed now costs room until then.
      void store.remove(keyOf(name, checkpoint)).catch(() => undefined);
    }
  }
}
