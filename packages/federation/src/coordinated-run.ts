/** One run of a coordinator: placement, rounds of grants and reports, and the result. */
import {
  type AgentDigest,
  type AgentId,
  type CensusSample,
  combineDigests,
  compareText,
  type Distances,
  type FactsChange,
  federateDistances,
  type Finder,
  type Json,
  NEVER,
  peersOf,
  type Plan,
  planDigest,
  type Row,
  type RunResult,
  type TraceHit,
  type VirtualTime,
  wantedTracepoints,
} from '@dragon/engine';
import { agentFault, compareFaults, type Fault } from './agent-faults.ts';
import type { Channel } from './channel.ts';
import { checkPlan } from './codec.ts';
import { FederationError } from './federation-error.ts';
import { type FederationStats, StatsTally } from './federation-stats.ts';
import type { Body, Frame } from './frame.ts';
import type { Membership } from './membership.ts';
import { MergedOutputs } from './merged-outputs.ts';
import { type Applicant, dealAgents, type PlacementPolicy } from './placement.ts';
import type { Requests } from './requests.ts';
import { type PaceOptions, RoundPace } from './round-pace.ts';
import type { Subjects } from './subjects.ts';
import { TimeManager } from './time-manager.ts';
import { rowFromWire } from './wire.ts';

export interface Progress {
  /** Everything before this instant has happened. */
  readonly at: VirtualTime;
  readonly events: number;
  readonly rounds: number;
  readonly processes: number;
}

export interface CoordinateOptions extends PaceOptions {
  readonly run: string;
  readonly plan: Plan;
  readonly finders: readonly Finder[];
  readonly placement?: PlacementPolicy | undefined;
  /**
   * How many federates will come, or their names, and then nobody else may; without it, any number, until nobody new
   * has come for `settleMs`.
   */
  readonly federates?: number | readonly string[] | undefined;
  /** The key of the run, which its federates and watchers have too; without it, whoever may use the link is heard. */
  readonly key?: string | undefined;
  /** Called with every row in the order of the trace. */
  readonly onRow?: ((row: Row) => void) | undefined;
  /** Called with every tracepoint that an agent hit, in the order in which one process hits them. */
  readonly onTrace?: ((hit: TraceHit) => void) | undefined;
  /** Called with every change of facts in the order of time, before rows of a later instant. */
  readonly onFacts?: ((change: FactsChange) => void) | undefined;
  /** Called with the census in the order of time, before rows of a later instant. */
  readonly onCensus?: ((sample: CensusSample) => void) | undefined;
  /** Called about ten times a second. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Asked at the end for the agents whose last rows the result shall have; default: none. */
  readonly history?: (() => readonly AgentId[]) | undefined;
  /** What watchers are told of the run besides its plan; default: nothing. */
  readonly about?: Json | undefined;
  /** Stops the run; with the signal's reason, if that is a FederationError. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each federate when it first says hello. */
  readonly onHello?: ((federate: string) => void) | undefined;
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
  /** Barrier rounds: who may go on is granted a window each, and the reports of all are waited for. */
  readonly rounds: number;
  readonly stats: FederationStats;
}

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
  readonly #pace: RoundPace;

  constructor(parts: CoordinatedRunParts, options: CoordinateOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#outputs = new MergedOutputs(options);
    this.#pace = new RoundPace(options);
  }

  /** Changes the pace of the rounds, as a watcher asks for. What they do does not depend on it. */
  setPace(pace: Body<'pace'>): void {
    this.#pace.set(pace, this.#settled());
  }

  async run(): Promise<FederatedResult> {
    const { plan } = this.#options;
    checkPlan(plan);
    this.#tellPlan();
    const { members, hosts } = await this.#gatherMembers();
    const names = members.map(({ name }) => name);
    const groups = names.map((name) => plan.agents.filter((_, index) => hosts[index] === name).map(({ id }) => id));
    const distances = federateDistances(groups, plan.latency, peersOf(plan.agents));
    const time = new TimeManager(names, distances);
    await this.#placeAgents(members, hosts, distances, time);
    const progress = setInterval(() => this.#showProgress(names.length), this.#parts.tickMs);
    const tally = new StatsTally(this.#parts.channel);
    this.#pace.begin();
    try {
      await this.#runRounds(names, time, tally);
    } finally {
      clearInterval(progress);
    }
    return this.#finish(names, time, tally.over());
  }

  /** Returns the federates that host agents, by name, and for each agent of the plan who hosts it. */
  async #gatherMembers(): Promise<{ members: readonly Applicant[]; hosts: readonly string[] }> {
    const { membership } = this.#parts;
    const { plan, placement = dealAgents } = this.#options;
    const applicants = await membership.applicants();
    const hosts = placement(plan.agents, applicants);
    const unknown = hosts.find((host) => !applicants.some(({ name }) => name === host));
    if (hosts.length !== plan.agents.length || unknown !== undefined)
      throw new FederationError('no-host', `the placement names ${unknown ?? 'too few or too many federates'}`);
    const members = applicants
      .filter(({ name }) => hosts.includes(name))
      .toSorted((a, b) => compareText(a.name, b.name));
    membership.admit(members);
    return { members, hosts };
  }

  async #placeAgents(
    members: readonly Applicant[],
    hosts: readonly string[],
    distances: Distances,
    time: TimeManager,
  ): Promise<void> {
    const { plan, finders, onRow, onTrace, onCensus } = this.#options;
    const federates = members.map(({ name }) => name);
    const indexes = hosts.map((host) => federates.indexOf(host));
    const record = {
      rows: onRow !== undefined,
      census: onCensus !== undefined,
      hits: onTrace === undefined ? [...wantedTracepoints(finders)] : ('all' as const),
    };
    const requests = members.map(({ name: to, instance }, self) => ({
      to,
      body: {
        kind: 'place' as const,
        instance,
        plan,
        federates,
        hosts: indexes,
        back: distances.map((paths) => paths[self] ?? NEVER),
        record,
      },
    }));
    const digest = planDigest(plan);
    for (const [index, placed] of (await this.#parts.requests.askInTurns(requests, PLACED_AT_ONCE)).entries()) {
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
    if (first !== undefined) throw agentFault(plan.seed, first);
  }

  async #runRounds(names: readonly string[], time: TimeManager, tally: StatsTally): Promise<void> {
    const { plan } = this.#options;
    for (;;) {
      this.#gvt = time.gvt();
      this.#outputs.settle(Math.min(this.#gvt, this.#outputs.end.at));
      const limit = this.#limit();
      const before = this.#pace.before();
      const grants = time.grants(this.#rounds + 1, plan.grace, Math.min(limit, before));
      if (grants.length === 0) {
        if (before >= limit) break;
        await this.#pace.standStill(before, this.#parts.failure.signal);
        continue;
      }
      this.#rounds += 1;
      const requests = grants.map(({ federate, body }) => ({ to: names[federate] ?? '', body }));
      const reports = await tally.round(() => this.#parts.requests.askAll(requests));
      for (const [index, { federate }] of grants.entries()) {
        const report = reports[index];
        if (report !== undefined) this.#takeReport(federate, report, time);
      }
    }
    const [first] = this.#faults.toSorted(compareFaults);
    if (first !== undefined) throw agentFault(plan.seed, first);
    if (this.#gvt < this.#outputs.end.at) throw new Error(`nobody may go on, but the next event is at ${this.#gvt}`);
    this.#outputs.finish();
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
    const body = { kind: 'finish' as const, history: wanted };
    const finished = await this.#parts.requests.askAll(names.map((to) => ({ to, body })));
    const { at: endedAt, foundAt, findings } = this.#outputs.end;
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
