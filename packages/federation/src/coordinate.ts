/**
 * The coordinator of a federation: gathers federates, gives each its agents, grants windows until the run is over, and
 * puts the result together.
 */
import { randomInt } from 'node:crypto';
import { validatePlan } from '@dragon/engine';
import { type Arrival, Channel } from './channel.ts';
import type { CoordinateOptions, FederatedResult } from './coordinate-options.ts';
import { CoordinatedRun } from './coordinated-run.ts';
import { errorText, FederationError } from './federation-error.ts';
import type { Frame } from './frame.ts';
import type { Link } from './link.ts';
import { Membership } from './membership.ts';
import { PaceRequests } from './pace-requests.ts';
import type { Applicant } from './placement.ts';
import { Requests } from './requests.ts';
import { loadRun } from './run-checkpoints.ts';
import { SealedStore } from './sealed-store.ts';
import { COORDINATOR } from './speakers.ts';
import { subjectsOf } from './subjects.ts';

/**
 * Runs a plan on the federates that meet under `run`. The result is that of `runPlan`, digest for digest, whoever hosts
 * what, and whoever is killed meanwhile, if it can recover. Rejects with a `FederationError`, having told every
 * federate to stop. The link stays open.
 */
export async function coordinate(link: Link, options: CoordinateOptions): Promise<FederatedResult> {
  const { run, plan, federates, key, signal, onNotice, onHello, watchLost } = options;
  const { repeatMs = 500, silenceMs = 10_000, pulseMs = 1_000, joinMs = 60_000, settleMs = 300 } = options;
  validatePlan(plan);
  const failure = new AbortController();
  const subjects = subjectsOf(run);
  const channel = new Channel(link, {
    from: COORDINATOR,
    key,
    onBadFrames: (text) => onNotice?.(text),
    onError: (error) => failure.abort(error),
  });
  const recovery = options.recovery && {
    ...options.recovery,
    store: new SealedStore(options.recovery.store, run, key),
  };
  const resumed = recovery?.resume && (await loadRun(recovery.store, plan));
  channel.session = resumed?.saved.session ?? randomInt(1, 2 ** 32);
  const tickMs = Math.max(1, Math.min(100, repeatMs / 2));
  const join = { run, agents: plan.agents, federates, settleMs, joinMs };
  const refuse = (frame: Frame, why: string) => channel.refuse(frame, why);
  const onReplaced = recovery && ((member: Applicant) => coordinated.replace(member));
  const membership = new Membership({ channel, subjects, join, pulseMs, failure, refuse, onHello, onReplaced });
  const { signal: failed } = failure;
  const onSilence = recovery?.replace;
  const requests = new Requests({ channel, subjects, repeatMs, silenceMs, tickMs, onSilence, signal: failed });
  const parts = { channel, subjects, membership, requests, failure, tickMs, resumed };
  const coordinated = new CoordinatedRun(parts, { ...options, recovery });
  const paces = new PaceRequests();
  const receive = (frame: Frame, arrival: Arrival) => {
    if (frame.kind === 'hello') membership.hello(frame);
    else if (frame.session !== channel.session) return;
    else if (frame.kind === 'pace') {
      if (paces.isNew(frame)) coordinated.setPace(frame);
    } else if (!membership.has(frame.from)) channel.refuse(frame, 'it hosts no agents in this run');
    else if (frame.kind === 'fault') membership.gaveUp(frame);
    else {
      if (frame.kind === 'saved' && frame.stored) coordinated.stored(frame);
      requests.receive(frame, arrival);
    }
  };
  const aborted = () => {
    const reason: unknown = signal?.reason;
    failure.abort(
      reason instanceof FederationError ? reason : new FederationError('aborted', `run ${run} was stopped`),
    );
  };
  signal?.addEventListener('abort', aborted);
  const stopWatching = link.onTrouble(({ kind, text }) => {
    if (kind === 'lost') failure.abort(new FederationError('link-lost', text));
    else if (kind === 'denied') failure.abort(new FederationError('denied', text));
    else onNotice?.(text);
  });
  try {
    if (signal?.aborted) aborted();
    channel.listen(subjects.coordinator, receive);
    watchLost?.((federate, why) => membership.processLost(federate, why));
    const result = await coordinated.run();
    await options.onResult?.(result);
    channel.send(subjects.all, { kind: 'goodbye', instances: membership.instances });
    return result;
  } catch (error) {
    channel.send(subjects.all, {
      kind: 'abort',
      text: errorText(error).slice(0, 65_536),
      instances: membership.instances,
    });
    throw error;
  } finally {
    for (const each of [channel, membership, requests]) each.close();
    stopWatching();
    signal?.removeEventListener('abort', aborted);
    await link.flush().catch(() => undefined);
  }
}
