/** The hosts of a run: which federate hosts which agents, the process that does so now, and what it is asked for. */
import {
  compareText,
  type Distances,
  federateDistances,
  NEVER,
  peersOf,
  VERDICT,
  wantedTracepoints,
} from '@dragon/engine';
import type { CoordinateOptions } from './coordinate-options.ts';
import { FederationError } from './federation-error.ts';
import type { Body } from './frame.ts';
import type { Membership } from './membership.ts';
import { type Applicant, dealAgents } from './placement.ts';

export interface Hosting {
  /** By name. */
  readonly members: readonly Applicant[];
  /** For each agent of the plan. */
  readonly hosts: readonly string[];
}

export class RunHosts {
  /** In text order. */
  readonly names: readonly string[];
  readonly hosts: readonly string[];
  /** How soon what happens at one can reach another. */
  readonly distances: Distances;
  readonly #options: CoordinateOptions;
  readonly #members: Applicant[];
  /** Those that were asked to host agents. */
  readonly #asked = new Set<number>();

  /** `wereAsked`: whether an earlier coordinator has asked all of them. */
  constructor(options: CoordinateOptions, { members, hosts }: Hosting, wereAsked = false) {
    const { plan } = options;
    this.#options = options;
    this.#members = [...members];
    this.hosts = hosts;
    this.names = members.map(({ name }) => name);
    if (wereAsked) for (const index of this.names.keys()) this.#asked.add(index);
    const groups = this.names.map((name) => plan.agents.filter((_, i) => hosts[i] === name).map(({ id }) => id));
    this.distances = federateDistances(groups, plan.latency, peersOf(plan.agents));
  }

  /** Waits until there are enough of them, and deals out the agents. */
  static async gathered(membership: Membership, options: CoordinateOptions): Promise<RunHosts> {
    const { plan, placement = dealAgents } = options;
    const applicants = await membership.applicants();
    const hosts = placement(plan.agents, applicants);
    const unknown = hosts.find((host) => !applicants.some(({ name }) => name === host));
    if (hosts.length !== plan.agents.length || unknown !== undefined)
      throw new FederationError('no-host', `the placement names ${unknown ?? 'too few or too many federates'}`);
    const members = applicants
      .filter(({ name }) => hosts.includes(name))
      .toSorted((a, b) => compareText(a.name, b.name));
    membership.admit(members);
    return new RunHosts(options, { members, hosts });
  }

  get members(): readonly Applicant[] {
    return this.#members;
  }

  /** Puts a process in the place of its predecessor. Returns which one that is, if it was asked for anything yet. */
  replace(member: Applicant): number | undefined {
    const index = this.names.indexOf(member.name);
    if (index < 0) return undefined;
    this.#members[index] = member;
    return this.#asked.has(index) ? index : undefined;
  }

  /** Returns what is asked of the federate at `self`: to host its agents, from this checkpoint on if there is one. */
  place(self: number, checkpoint: number | null): Body<'place'> {
    const { plan, finders, onRow, onTrace, onCensus, onVerdict } = this.#options;
    this.#asked.add(self);
    const wanted = new Set([...wantedTracepoints(finders), ...(onVerdict === undefined ? [] : [VERDICT])]);
    return {
      kind: 'place',
      instance: this.#members[self]?.instance ?? '',
      plan,
      federates: [...this.names],
      hosts: this.hosts.map((host) => this.names.indexOf(host)),
      back: this.distances.map((paths) => paths[self] ?? NEVER),
      record: {
        rows: onRow !== undefined,
        census: onCensus !== undefined,
        hits: onTrace === undefined ? [...wanted] : 'all',
      },
      checkpoint,
      // Later than that of any earlier process in its place, whichever coordinator asked that.
      epoch: Date.now(),
    };
  }
}
