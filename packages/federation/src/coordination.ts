/** One run as the coordinator sees it: placing, rounds of grants and reports, and the result. */
import {
  type AgentDigest,
  type AgentId,
  combineDigests,
  compareEvents,
  compareText,
  federateDistances,
  type Row,
  type VirtualTime,
} from '@dragon/engine';
import type { CoordinateOptions, FederatedResult } from './coordinate-options.ts';
import type { Desk } from './desk.ts';
import { FederationError } from './federation-error.ts';
import type { Body, Frame } from './frame.ts';
import { type Candidate, Gathering } from './gathering.ts';
import { Ledger } from './ledger.ts';
import { dealAgents } from './placement.ts';
import { RunRecord } from './run-record.ts';
import { eventFromWire, rowFromWire } from './wire.ts';

type Fault = NonNullable<Body<'placed'>['fault']>;

export class Coordination {
  readonly #desk: Desk;
  readonly #options: CoordinateOptions;
  readonly #record: RunRecord;
  readonly #faults: Fault[] = [];
  /** Events processed, by federate. */
  readonly #processed: number[] = [];
  #rounds = 0;
  #ended = false;

  constructor(desk: Desk, options: CoordinateOptions) {
    this.#desk = desk;
    this.#options = options;
    this.#record = new RunRecord(options.plan, options.finders, options.onRow);
  }

  async run(): Promise<FederatedResult> {
    const members = new Map<string, Candidate>();
    this.#options.watchLost?.((name, why) => {
      // A spare federate may go; one that may still get agents, or has some, may not.
      if (!this.#ended && (members.size === 0 || members.has(name)))
        this.#desk.fail(new FederationError('lost-federate', `federate ${name} is lost: ${why}`));
    });
    const { hosts, candidates } = await this.#gather();
    const names = [...new Set(hosts)].toSorted();
    for (const candidate of candidates) if (names.includes(candidate.name)) members.set(candidate.name, candidate);
    this.#desk.watchHellos(({ from, instance }) => {
      if ((members.get(from)?.instance ?? instance) !== instance)
        this.#desk.fail(
          new FederationError('lost-federate', `federate ${from} was started again during the run, or is there twice`),
        );
    });
    const ledger = await this.#place(names, hosts, members);
    await this.#runRounds(names, ledger);
    return this.#finish(names);
  }

  async #gather(): Promise<{ hosts: readonly string[]; candidates: readonly Candidate[] }> {
    const { run, plan, federates, placement = dealAgents, settleMs = 300, joinMs = 60_000 } = this.#options;
    const gathering = new Gathering({ run, agents: plan.agents, federates, settleMs, joinMs });
    await this.#desk.gather((hello) => gathering.look(hello));
    const { candidates } = gathering;
    const hosts = placement(plan.agents, candidates);
    const unknown = hosts.find((host) => !candidates.some(({ name }) => name === host));
    if (hosts.length !== plan.agents.length || unknown !== undefined)
      throw new FederationError('no-host', `the placement names ${unknown ?? 'too few or too many federates'}`);
    return { hosts, candidates };
  }

  async #place(
    names: readonly string[],
    hosts: readonly string[],
    members: ReadonlyMap<string, Candidate>,
  ): Promise<Ledger> {
    const { plan, onRow } = this.#options;
    const groups = names.map((name) => plan.agents.filter((_, index) => hosts[index] === name).map(({ id }) => id));
    const ledger = new Ledger(names, federateDistances(groups, plan.latency));
    const indexes = hosts.map((host) => names.indexOf(host));
    const questions = names.map((to) => {
      const instance = members.get(to)?.instance ?? '';
      const body = { plan, federates: [...names], hosts: indexes, record: onRow !== undefined };
      return { to, body: { kind: 'place' as const, instance, ...body } };
    });
    const placed = new Map<string, Frame<'placed'>>();
    await this.#desk.ask('placed', questions, (frame) => void placed.set(frame.from, frame));
    // In the order of names, not of arrival.
    for (const [index, name] of names.entries()) {
      const frame = placed.get(name);
      if (frame === undefined) continue;
      ledger.enter(index, frame);
      this.#record.enterStart(frame);
      if (frame.fault !== null) this.#faults.push(frame.fault);
    }
    const [first] = this.#faults.toSorted((a, b) => compareText(a.agent, b.agent));
    if (first !== undefined) throw this.#agentFault(first);
    return ledger;
  }

  async #runRounds(names: readonly string[], ledger: Ledger): Promise<void> {
    const { plan, onProgress } = this.#options;
    const indexes = new Map(names.map((name, index) => [name, index]));
    let gvt: VirtualTime = 0;
    const sum = () => this.#processed.reduce((total, each) => total + each, 0);
    this.#desk.onTick = () => onProgress?.({ at: gvt, events: sum(), rounds: this.#rounds, processes: names.length });
    for (;;) {
      gvt = ledger.gvt();
      this.#record.settle(Math.min(gvt, this.#record.end));
      const grants = ledger.grants(this.#rounds + 1, plan.grace, this.#limit());
      if (grants.length === 0) break;
      this.#rounds += 1;
      const questions = grants.map(({ federate, body }) => ({ to: names[federate] ?? '', body }));
      await this.#desk.ask(
        'report',
        questions,
        (frame) => {
          const index = indexes.get(frame.from) ?? -1;
          ledger.enter(index, frame);
          this.#record.enter(frame);
          this.#processed[index] = frame.processed;
          if (frame.fault === null) return;
          this.#faults.push(frame.fault);
          ledger.break(index);
        },
        this.#rounds,
      );
    }
    const [first] = this.#faults.toSorted(byEvent);
    if (first !== undefined) throw this.#agentFault(first);
    if (Math.min(gvt, this.#record.end) < this.#record.end)
      throw new Error(`nobody may go on, but the next event is at ${gvt}`);
    this.#record.finish();
  }

  /**
   * The end of the run; or, once an agent broke, the end of that instant: one process would have met the earliest of
   * all faults, so everybody goes on until no earlier one can come.
   */
  #limit(): VirtualTime {
    return this.#faults.reduce((limit, { event }) => Math.min(limit, (event?.[0] ?? 0) + 1), this.#record.end);
  }

  async #finish(names: readonly string[]): Promise<FederatedResult> {
    const { plan, history } = this.#options;
    const wanted = [...(history?.() ?? [])];
    const shares: AgentDigest[] = [];
    const histories = new Map<AgentId, readonly Row[]>();
    let events = 0;
    const questions = names.map((to) => ({
      to,
      body: { kind: 'finish' as const, end: this.#record.end, history: wanted },
    }));
    await this.#desk.ask('finished', questions, (frame) => {
      for (const [agent, a, b, rows] of frame.digests) shares.push({ agent, chain: [a, b, rows] });
      for (const [agent, rows] of frame.history) histories.set(agent, rows.map(rowFromWire));
      events += frame.processed;
    });
    this.#ended = true;
    if (shares.length !== plan.agents.length)
      throw new Error(`${shares.length} agents have a digest, but the plan has ${plan.agents.length}`);
    return {
      endedAt: this.#record.end,
      foundAt: this.#record.foundAt,
      findings: this.#record.findings,
      events,
      digest: combineDigests(shares),
      log: this.#record.log,
      history: (agent) => histories.get(agent) ?? [],
      processes: names.length,
      rounds: this.#rounds,
    };
  }

  #agentFault({ agent, text, event }: Fault): FederationError {
    const key = { seed: this.#options.plan.seed, agent, event: event === null ? null : eventFromWire(event) };
    return new FederationError('agent-fault', text, key);
  }
}

function byEvent(a: Fault, b: Fault): number {
  if (a.event === null || b.event === null) return 0;
  return compareEvents(eventFromWire(a.event), eventFromWire(b.event));
}
