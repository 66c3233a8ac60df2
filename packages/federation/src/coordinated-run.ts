/** One run of a coordinator: placement, rounds of grants and reports, and the result. */
import {
  type AgentDigest,
  type AgentId,
  combineDigests,
  compareText,
  planDigest,
  type Row,
  type VirtualTime,
} from '@dragon/engine';
import { agentFault, compareFaults, type Fault } from './agent-faults.ts';
import type { Channel } from './channel.ts';
import { checkPlan, PROTOCOL_VERSION } from './codec.ts';
import type { CoordinateOptions, FederatedResult } from './coordinate-options.ts';
import { FederationError } from './federation-error.ts';
import { StatsTally } from './federation-stats.ts';
import type { Body, Frame } from './frame.ts';
import type { Membership } from './membership.ts';
import { MergedOutputs } from './merged-outputs.ts';
import type { Applicant } from './placement.ts';
import type { Requests } from './requests.ts';
import { RoundPace } from './round-pace.ts';
import { type loadRun, RunCheckpoints } from './run-checkpoints.ts';
import { RunHosts } from './run-hosts.ts';
import type { SavedRun } from './saved-state.ts';
import type { Subjects } from './subjects.ts';
import { type Grant, TimeManager } from './time-manager.ts';
import { rowFromWire } from './wire.ts';

/**
 * How many federates start their agents at a time: each needs a CPU for a tenth of a second, and so does whoever waits.
 */
const PLACED_AT_ONCE = 8;

export interface CoordinatedRunParts {
  readonly channel: Channel;
  readonly subjects: Subjects;
  readonly membership: Membership;
  readonly requests: Requests;
  /** Fails the run with its reason. */
  readonly failure: AbortController;
  /** Milliseconds between two calls of `onProgress`. */
  readonly tickMs: number;
  /** The run as it was, if it goes on. */
  readonly resumed?: Awaited<ReturnType<typeof loadRun>>;
}

export class CoordinatedRun {
  readonly #parts: CoordinatedRunParts;
  readonly #options: CoordinateOptions;
  readonly #outputs: MergedOutputs;
  readonly #faults: Fault[] = [];
  /** Events processed, by federate. */
  readonly #processed = new Map<string, number>();
  /** Everything earlier has happened (GVT). */
  #gvt: VirtualTime = 0;
  #rounds = 0;
  /** All federates were started again, as everybody knows. */
  #awaitsAll = false;
  readonly #pace: RoundPace;
  readonly #checkpoints: RunCheckpoints | undefined;
  #hosts: RunHosts | undefined;

  constructor(parts: CoordinatedRunParts, options: CoordinateOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#outputs = new MergedOutputs(options);
    this.#pace = new RoundPace(options);
    const { channel, failure, resumed } = parts;
    this.#checkpoints =
      options.recovery &&
      new RunCheckpoints(options.recovery, channel.session, (error) => failure.abort(error), resumed?.saved.checkpoint);
  }

  /** Another process has come in the place of one that hosted agents. */
  replace(member: Applicant): void {
    const index = this.#hosts?.replace(member);
    if (this.#hosts === undefined || this.#checkpoints === undefined || index === undefined) return;
    if (!this.#awaitsAll) this.#options.onNotice?.(`federate ${member.name} was started again`);
    this.#checkpoints.restarted(member.name);
    const place = this.#hosts.place(index, this.#checkpoints.complete);
    this.#parts.requests.redo(member.name, place, this.#checkpoints.grantsSince(index));
  }

  /** A federate has stored its part of a checkpoint. */
  stored({ from, checkpoint }: Frame<'saved'>): void {
    this.#checkpoints?.stored(from, checkpoint);
  }

  /** Changes the pace of the rounds, as a watcher asks for. What they do does not depend on it. */
  setPace(pace: Body<'pace'>): void {
    this.#pace.set(pace, this.#settled());
  }

  async run(): Promise<FederatedResult> {
    const { plan } = this.#options;
    checkPlan(plan);
    this.#tellPlan();
    const { resumed } = this.#parts;
    const hosts =
      resumed === undefined
        ? await RunHosts.gathered(this.#parts.membership, this.#options)
        : new RunHosts(this.#options, resumed.saved, true);
    this.#hosts = hosts;
    const { names } = hosts;
    const time = new TimeManager(names, hosts.distances, this.#checkpoints === undefined, resumed?.saved.time);
    if (resumed === undefined) await this.#placeAgents(hosts, time);
    else await this.#resume(resumed.saved);
    const progress = setInterval(() => this.#showProgress(names.length), this.#parts.tickMs);
    const tally = new StatsTally(this.#parts.channel);
    this.#pace.begin();
    try {
      await this.#runRounds(names, time, tally, [...(resumed?.rounds ?? [])]);
    } finally {
      clearInterval(progress);
    }
    return this.#finish(names, time, tally.over());
  }

  /** Its members host their agents already, or those who were started in their place will say hello. */
  async #resume({ members, round, processed, outputs }: SavedRun): Promise<void> {
    this.#parts.membership.admit(members);
    this.#rounds = round;
    for (const [name, events] of processed) this.#processed.set(name, events);
    this.#outputs.restore(outputs);
    this.#options.recovery?.resume?.(outputs.handedOn);
    if (!this.#options.recovery?.awaitsFederates) return;
    this.#awaitsAll = true;
    await this.#parts.membership.returned(members);
    this.#awaitsAll = false;
  }

  async #placeAgents(hosts: RunHosts, time: TimeManager): Promise<void> {
    const digest = planDigest(this.#options.plan);
    const checkpoint = this.#checkpoints?.complete ?? null;
    const requestOf = (to: string, index: number) => ({ to, body: hosts.place(index, checkpoint) });
    const { requests } = this.#parts;
    for (const [index, placed] of (await requests.askInTurns(hosts.names, requestOf, PLACED_AT_ONCE)).entries()) {
      if (placed.planDigest !== digest)
        throw new FederationError(
          'plan-mismatch',
          `federate ${placed.from} has another plan (${placed.planDigest}) than the coordinator (${digest}): start both from the same version of this program`,
        );
      time.reported(index, placed);
      this.#outputs.addStart(placed);
      if (placed.fault !== null) this.#faults.push(placed.fault);
    }
    const [first] = this.#faults.toSorted((a, b) => compareText(a.agent, b.agent));
    if (first !== undefined) throw agentFault(this.#options.plan.seed, first);
  }

  /** `journal`: rounds that were granted already, before this coordinator was started. */
  async #runRounds(
    names: readonly string[],
    time: TimeManager,
    tally: StatsTally,
    journal: NonNullable<CoordinatedRunParts['resumed']>['rounds'][number][],
  ): Promise<void> {
    const { plan } = this.#options;
    let isFirst = this.#parts.resumed === undefined;
    for (;;) {
      this.#gvt = time.gvt();
      this.#outputs.settle(Math.min(this.#gvt, this.#outputs.end.at));
      await this.#options.keepUp?.();
      if (journal.length === 0) await this.#saveIfDue(names, time, isFirst);
      isFirst = false;
      const limit = this.#limit();
      const before = this.#pace.before();
      const done = journal.shift();
      const grants: Grant[] = done
        ? time.again(done.round, done.grants)
        : time.grants(this.#rounds + 1, plan.grace, Math.min(limit, before));
      if (grants.length === 0) {
        if (before >= limit) break;
        await this.#pace.standStill(before, this.#parts.failure.signal);
        continue;
      }
      this.#rounds += 1;
      this.#checkpoints?.grant(this.#rounds, grants, done === undefined);
      const requests = grants.map(({ federate, body }) => ({ to: names[federate] ?? '', body }));
      const reports = await tally.round(() => this.#parts.requests.askAll(requests));
      for (const [index, { federate }] of grants.entries()) {
        const report = reports[index];
        if (report !== undefined) this.#takeReport(federate, report, time);
      }
    }
    const [first] = this.#faults.toSorted(compareFaults);
    if (first !== undefined) throw agentFault(this.#options.plan.seed, first);
    if (this.#gvt < this.#outputs.end.at) {
      const what = `nobody may go on, but the next event is at ${this.#gvt}`;
      throw this.#parts.resumed ? new FederationError('bad-checkpoint', `as it was stored, ${what}`) : new Error(what);
    }
    this.#outputs.finish();
  }

  /** Of a run that ends with a fault nothing is saved any more. */
  async #saveIfDue(names: readonly string[], time: TimeManager, isFirst: boolean): Promise<void> {
    const checkpoints = this.#checkpoints;
    if (checkpoints === undefined || this.#faults.length > 0) return;
    const state = (checkpoint: number): SavedRun => ({
      version: PROTOCOL_VERSION,
      planDigest: planDigest(this.#options.plan),
      session: this.#parts.channel.session,
      checkpoint,
      round: this.#rounds,
      members: this.#hosts?.members ?? [],
      hosts: this.#hosts?.hosts ?? [],
      time: time.save(),
      outputs: this.#outputs.save(),
      processed: [...this.#processed],
    });
    if (isFirst) await checkpoints.begin(state);
    else if (checkpoints.isDue)
      await checkpoints.take(
        this.#rounds,
        names,
        (checkpoint, complete) =>
          this.#parts.requests.askAll(
            names.map((to, index) => ({
              to,
              body: {
                kind: 'save' as const,
                checkpoint,
                complete,
                window: time.window(index),
                arrived: time.arrived(index),
              },
            })),
          ),
        state,
      );
  }

  #takeReport(federate: number, report: Frame<'report'>, time: TimeManager): void {
    time.reported(federate, report);
    this.#outputs.add(report);
    this.#processed.set(report.from, report.processed);
    if (report.fault === null) return;
    this.#faults.push(report.fault);
    time.stop(federate);
  }

  /**
   * The end of the run; or, once an agent broke, the end of that instant: one process would have met the earliest of
   * all faults, so everybody goes on until no earlier one can come.
   */
  #limit(): VirtualTime {
    return this.#faults.reduce((limit, { event }) => Math.min(limit, (event?.[0] ?? 0) + 1), this.#outputs.end.at);
  }

  /** Watchers that come meanwhile are told by a federate. */
  #tellPlan(): void {
    const { channel, subjects } = this.#parts;
    channel.send(subjects.watchers, { kind: 'planned', plan: this.#options.plan });
  }

  /** Everything before it has happened. */
  #settled(): VirtualTime {
    return Math.min(this.#gvt, this.#outputs.end.at);
  }

  #showProgress(processes: number): void {
    const events = [...this.#processed.values()].reduce((sum, each) => sum + each, 0);
    const { channel, subjects } = this.#parts;
    const at = this.#pace.clock(this.#settled());
    const about = this.#options.about ?? null;
    channel.send(subjects.watchers, { kind: 'progress', at, events, ...this.#pace.told, about });
    try {
      this.#options.onProgress?.({ at: this.#gvt, events, rounds: this.#rounds, processes });
    } catch (error) {
      this.#parts.failure.abort(error);
    }
  }

  async #finish(
    names: readonly string[],
    time: TimeManager,
    statsOf: ReturnType<StatsTally['over']>,
  ): Promise<FederatedResult> {
    const { plan, history } = this.#options;
    const wanted = [...(history?.() ?? [])];
    const shares: AgentDigest[] = [];
    const histories = new Map<AgentId, readonly Row[]>();
    let events = 0;
    const { at: endedAt, foundAt, findings } = this.#outputs.end;
    const ask = { kind: 'finish' as const, end: endedAt, history: wanted };
    const finished = await this.#parts.requests.askAll(
      names.map((to, index) => ({ to, body: { ...ask, window: time.window(index) } })),
    );
    for (const [index, frame] of finished.entries()) {
      time.finished(index, frame, endedAt);
      for (const [agent, a, b, rows] of frame.digests) shares.push({ agent, chain: [a, b, rows] });
      for (const [agent, rows] of frame.history) histories.set(agent, rows.map(rowFromWire));
      events += frame.processed;
    }
    if (shares.length !== plan.agents.length)
      throw new Error(`${shares.length} agents have a digest, but the plan has ${plan.agents.length}`);
    const digest = combineDigests(shares);
    this.#tellPlan();
    this.#showProgress(names.length);
    this.#parts.channel.send(this.#parts.subjects.watchers, {
      kind: 'over',
      digest,
      endedAt,
      foundAt: foundAt ?? null,
      events,
      findings: findings.map(({ kind }) => kind),
    });
    return {
      endedAt,
      foundAt,
      findings,
      events,
      digest,
      log: this.#outputs.log,
      history: (agent) => histories.get(agent) ?? [],
      processes: names.length,
      rounds: this.#rounds,
      stats: statsOf(finished),
    };
  }
}
