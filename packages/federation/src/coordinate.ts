/**
 * The coordinator of a federation: gathers federates, gives each its agents, grants windows until the run is over, and
 * puts the result together.
 */
import { randomInt } from 'node:crypto';
import type { AgentId, Finder, Plan, Row, RunResult, TraceHit, VirtualTime } from '@dragon/engine';
import { Channel } from './channel.ts';
import { CoordinatedRun } from './coordinated-run.ts';
import { errorText, FederationError } from './federation-error.ts';
import type { Frame } from './frame.ts';
import type { Link } from './link.ts';
import { Membership } from './membership.ts';
import type { PlacementPolicy } from './placement.ts';
import { Requests } from './requests.ts';
import { subjectsOf } from './subjects.ts';

export interface Progress {
  /** Everything before this instant has happened. */
  readonly at: VirtualTime;
  readonly events: number;
  readonly rounds: number;
  readonly processes: number;
}

export interface CoordinateOptions {
  readonly run: string;
  readonly plan: Plan;
  readonly finder: Finder;
  readonly placement?: PlacementPolicy | undefined;
  /** How many federates will come; without it, any number, until nobody new has come for `settleMs`. */
  readonly federates?: number | undefined;
  /** Called with every row in the order of the trace. */
  readonly onRow?: ((row: Row) => void) | undefined;
  /** Called with every tracepoint that an agent hit, in the order in which one process hits them. */
  readonly onTrace?: ((hit: TraceHit) => void) | undefined;
  /** Called about ten times a second. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Asked at the end for the agents whose last rows the result shall have; default: none. */
  readonly history?: (() => readonly AgentId[]) | undefined;
  /** Stops the run; with the signal's reason, if that is a FederationError. */
  readonly signal?: AbortSignal | undefined;
  /** Handed a function that says that a federate's process is gone, and why. */
  readonly watchLost?: ((lost: (federate: string, why: string) => void) => void) | undefined;
  /** Called with what went wrong and was put right: bad frames, a link that came back. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** How long the federates may take to come, in milliseconds; default 60000. */
  readonly joinMs?: number | undefined;
  /** Default 300. */
  readonly settleMs?: number | undefined;
  /** How long until an unanswered request is repeated; default 500. */
  readonly repeatMs?: number | undefined;
  /** How long until it fails the run; default 10000. */
  readonly silenceMs?: number | undefined;
  /** How often federates hear that the coordinator is alive; default 1000. */
  readonly pulseMs?: number | undefined;
}

export interface FederatedResult extends RunResult {
  /** Federates that hosted agents. */
  readonly processes: number;
  /** Barrier rounds. */
  readonly rounds: number;
}

/**
 * Runs a plan on the federates that meet under `run`. The result is that of `runPlan`, digest for digest, whoever hosts
 * what. Rejects with a `FederationError`, having told every federate to stop. The link stays open.
 */
export async function coordinate(link: Link, options: CoordinateOptions): Promise<FederatedResult> {
  const { run, plan, federates, signal, onNotice, watchLost } = options;
  const { repeatMs = 500, silenceMs = 10_000, pulseMs = 1_000, joinMs = 60_000, settleMs = 300 } = options;
  if (plan.grace < 1) throw new RangeError('a plan needs a grace of at least 1 ns: no window may be longer than it');
  const failure = new AbortController();
  const subjects = subjectsOf(run);
  const channel = new Channel(link, {
    from: 'coordinator',
    onBadFrame: (problem) => onNotice?.(`dropped a bad frame: ${problem}`),
    onError: (error) => failure.abort(error),
  });
  channel.session = randomInt(1, 2 ** 32);
  const tickMs = Math.max(1, Math.min(100, repeatMs / 2));
  const join = { run, agents: plan.agents, federates, settleMs, joinMs };
  const membership = new Membership({ channel, subjects, join, pulseMs, failure });
  const requests = new Requests({ channel, subjects, repeatMs, silenceMs, tickMs, signal: failure.signal });
  const receive = (frame: Frame) => {
    if (frame.kind === 'hello') membership.hello(frame);
    else if (frame.session !== channel.session) return;
    else if (frame.kind === 'fault') membership.gaveUp(frame);
    else requests.receive(frame);
  };
  const aborted = () => {
    const reason: unknown = signal?.reason;
    failure.abort(
      reason instanceof FederationError ? reason : new FederationError('aborted', `run ${run} was stopped`),
    );
  };
  signal?.addEventListener('abort', aborted);
  const stopWatching = link.onTrouble(({ kind, text }) => {
    onNotice?.(text);
    if (kind === 'lost') failure.abort(new FederationError('link-lost', text));
  });
  try {
    if (signal?.aborted) aborted();
    channel.listen(subjects.coordinator, receive);
    watchLost?.((federate, why) => membership.processLost(federate, why));
    const result = await new CoordinatedRun({ membership, requests, failure, tickMs }, options).run();
    channel.send(subjects.all, { kind: 'goodbye' });
    return result;
  } catch (error) {
    channel.send(subjects.all, { kind: 'abort', text: errorText(error).slice(0, 65_536) });
    throw error;
  } finally {
    for (const each of [channel, membership, requests]) each.close();
    stopWatching();
    signal?.removeEventListener('abort', aborted);
    await link.flush().catch(() => undefined);
  }
}
