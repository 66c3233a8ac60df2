/**
 * The checkpoints of a run: when one is taken, whether it is complete, and what was granted since the last complete
 * one. They are taken between two rounds, when nobody runs: so the states of all federates and of the coordinator fit
 * together, and every frame between them has either arrived or is kept in the state of its sender.
 */
import { type Plan, planDigest } from '@dragon/engine';
import { packData, PROTOCOL_VERSION } from './codec.ts';
import { errorText, FederationError } from './federation-error.ts';
import type { Body } from './frame.ts';
import type { HandedOn } from './merged-outputs.ts';
import type { RunStore } from './run-store.ts';
import { JOURNAL_ENTRY, type JournalEntry, readSaved, SAVED_RUN, type SavedRun } from './saved-state.ts';
import type { Grant } from './time-manager.ts';

export interface Recovery {
  readonly store: RunStore;
  /** Milliseconds between two checkpoints, unless taking them costs more than a fiftieth of the time; default 2000. */
  readonly everyMs?: number | undefined;
  /** Replaces the process of a federate that does not answer, and returns whether it does. Default: nobody can. */
  readonly replace?: ((federate: string) => boolean) | undefined;
  /** And after so many rounds at the latest: what is kept to be sent again grows with them; default 5000. */
  readonly everyRounds?: number | undefined;
  /**
   * Resolves when all that was handed on until now is where it outlives this process: a checkpoint says that it need
   * not be handed on again. Default: it is there at once.
   */
  readonly handedOver?: (() => Promise<void>) | undefined;
  /**
   * Present if the run shall go on from its last checkpoint, if it has one: then this is called with what was handed on
   * up to there, and what comes after it is handed on again.
   */
  readonly resume?: ((handedOn: HandedOn) => void) | undefined;
  /** Whether its federates were all started again, too, and are waited for then; default: no. */
  readonly awaitsFederates?: boolean | undefined;
}

const KEY = 'coordinator';
const COST_SHARE = 50;

/**
 * Returns the last complete checkpoint and the rounds since then, as far as the journal has them one by one; undefined
 * if the run has not begun. Throws `bad-checkpoint` for what is of another version or plan, or is no checkpoint.
 */
export async function loadRun(
  store: RunStore,
  plan: Plan,
): Promise<{ readonly saved: SavedRun; readonly rounds: readonly JournalEntry[] } | undefined> {
  const bytes = await store.get(KEY);
  if (bytes === undefined) return undefined;
  const read = readSaved(SAVED_RUN, bytes);
  if ('problem' in read)
    throw new FederationError('bad-checkpoint', `the checkpoint of the coordinator is none: ${read.problem}`);
  const saved = read.value;
  const { version, session, members, hosts } = saved;
  if (version !== PROTOCOL_VERSION || saved.planDigest !== planDigest(plan) || hosts.length !== plan.agents.length)
    throw new FederationError('bad-checkpoint', 'the checkpoint of the coordinator is of another version or plan');
  const journal = new Map<number, JournalEntry>();
  for (const bytesOf of await store.entries()) {
    const entry = readSaved(JOURNAL_ENTRY, bytesOf);
    if ('problem' in entry)
      throw new FederationError('bad-checkpoint', `an entry of the journal is none: ${entry.problem}`);
    if (entry.value.session !== session) continue;
    if (entry.value.grants.some(([federate]) => federate >= members.length))
      throw new FederationError('bad-checkpoint', 'an entry of the journal names a federate that is no member');
    journal.set(entry.value.round, entry.value);
  }
  const rounds: JournalEntry[] = [];
  for (let next = journal.get(saved.round + 1); next !== undefined; next = journal.get(next.round + 1))
    rounds.push(next);
  return { saved, rounds };
}

interface Open {
  readonly checkpoint: number;
  readonly round: number;
  /** Federates that have not stored theirs. */
  readonly missing: Set<string>;
  /** The coordinator's own; undefined until all have saved. */
  state: Uint8Array | undefined;
}

export class RunCheckpoints {
  readonly #recovery: Recovery;
  readonly #session: number;
  readonly #onError: (error: unknown) => void;
  #last: number;
  #complete: number;
  #open: Open | undefined;
  /** Since the last complete one. */
  #granted: { readonly round: number; readonly grants: readonly Grant[] }[] = [];
  #dueMs: number;

  constructor(recovery: Recovery, session: number, onError: (error: unknown) => void, complete = 0) {
    this.#recovery = recovery;
    this.#session = session;
    this.#onError = onError;
    this.#last = this.#complete = complete;
    this.#dueMs = performance.now() + this.#everyMs;
  }

  /** The last one that all have stored; 0: the start of the run. */
  get complete(): number {
    return this.#complete;
  }

  get isDue(): boolean {
    return performance.now() >= this.#dueMs || this.#granted.length >= (this.#recovery.everyRounds ?? 5_000);
  }

  get #everyMs(): number {
    return this.#recovery.everyMs ?? 2_000;
  }

  /** A round is about to be granted; `isNew` unless it is in the journal already. */
  grant(round: number, grants: readonly Grant[], isNew: boolean): void {
    this.#granted.push({ round, grants });
    if (!isNew) return;
    const entry: JournalEntry = {
      session: this.#session,
      round,
      grants: grants.map(({ federate, body }) => [federate, body.lbts]),
    };
    this.#recovery.store.append(packData(entry));
  }

  /** Returns what a federate that goes on from the last complete checkpoint was granted since then. */
  grantsSince(federate: number): Body<'grant'>[] {
    return this.#granted
      .flatMap(({ grants }) => grants.filter((each) => each.federate === federate))
      .map(({ body }) => body);
  }

  /** The first one is the coordinator's alone: all others go on from the start. Resolves when it is stored. */
  async begin(state: (checkpoint: number) => SavedRun): Promise<void> {
    const bytes = packData(state(0));
    await this.#recovery.handedOver?.();
    await this.#recovery.store.put(KEY, bytes);
  }

  /** Takes one, between two rounds: `save` asks all federates, and resolves when they have saved. */
  async take(
    round: number,
    federates: readonly string[],
    save: (checkpoint: number, complete: number) => Promise<unknown>,
    state: (checkpoint: number) => SavedRun,
  ): Promise<void> {
    const startedMs = performance.now();
    if (this.#open !== undefined) {
      // Not stored yet, or word of it was lost: those who have stored it say so again.
      await save(this.#open.checkpoint, this.#complete);
      this.#dueMs = performance.now() + this.#everyMs;
      return;
    }
    // An earlier coordinator may have begun others that are not complete: no number is used twice.
    this.#last = Math.max(this.#last + 1, Date.now());
    const open: Open = { checkpoint: this.#last, round, missing: new Set(federates), state: undefined };
    this.#open = open;
    await save(open.checkpoint, this.#complete);
    open.state = packData(state(open.checkpoint));
    const endedMs = performance.now();
    this.#dueMs = endedMs + Math.max(this.#everyMs, (endedMs - startedMs) * COST_SHARE);
    void this.#completeIfStored(open);
  }

  stored(federate: string, checkpoint: number): void {
    const open = this.#open;
    if (open?.checkpoint !== checkpoint) return;
    open.missing.delete(federate);
    void this.#completeIfStored(open);
  }

  /** A federate was started again: what it has not stored yet it will not store any more. */
  restarted(federate: string): void {
    if (this.#open?.missing.has(federate)) this.#open = undefined;
  }

  async #completeIfStored(open: Open): Promise<void> {
    const { store, handedOver } = this.#recovery;
    if (open.state === undefined || open.missing.size > 0 || this.#open !== open) return;
    this.#open = undefined;
    try {
      await handedOver?.();
      await store.put(KEY, open.state);
      this.#complete = open.checkpoint;
      this.#granted = this.#granted.filter(({ round }) => round > open.round);
      await store.trim(this.#granted.length);
    } catch (error) {
      this.#onError(
        new FederationError('bad-checkpoint', `could not keep checkpoint ${open.checkpoint}: ${errorText(error)}`),
      );
    }
  }
}
