/**
 * Plans with faults: a plan and a list of timed faults make the plan of a fork, which has the events of the original up
 * to the first fault, but for those of the agent that strikes.
 */
import {
  type AgentId,
  type AgentSpec,
  formatSeconds,
  type Json,
  kindOf,
  type Latency,
  type LatencyModel,
  linkLatency,
  type Plan,
  validatePlan,
  type VirtualTime,
} from '@dragon/engine';
import type { FaultsParams, FaultStep } from '@dragon/faults';
import {
  completedFault,
  type Fault,
  FaultError,
  faultKindNamed,
  faultName,
  FAULTS,
  faultsOf,
  formatExactDuration,
  INODE_CACHE,
  type PlannedFault,
  struckAgent,
} from '@dragon/kernel';
import { endOf, faultParts } from './fault-parts.ts';
import { namePeers } from './name-peers.ts';
import { hasFreezer, tellingFreezers, writersAmong } from './writers.ts';

/**
 * Returns the plan with these faults beside those that it has; the plan itself if there are none. Throws `FaultError`,
 * with one line that says what is wrong with which.
 */
export function withFaults(plan: Plan, faults: readonly Fault[]): Plan {
  if (faults.length === 0) return plan;
  const base = withoutFaults(plan);
  const completed = [...faultsOf(plan), ...faults].map(completedFault).toSorted((a, b) => a.at - b.at);
  expectApart(completed);
  const named = completed.map((fault, i): PlannedFault => ({ ...fault, name: nameAmong(completed, i) }));
  let forked = base;
  const planned: PlannedFault[] = [];
  const moments: Moment[] = [];
  const dead: number[] = [];
  const told = new Set<AgentId>();
  // What a disk that fails has to be told to, others may add.
  const [last, first] = [named.filter(isFailDisk), named.filter((fault) => !isFailDisk(fault))];
  for (const fault of [...first, ...last]) {
    expectFits(base, fault);
    const {
      steps,
      agents = [],
      delays = {},
      links = {},
      slowdown,
      rule,
      deadCpu,
      told: users = [],
    } = faultParts(forked, fault);
    for (const { at, to, message } of steps)
      moments.push(momentOf(base, fault, at, to === undefined || message === undefined ? [] : [{ to, message }]));
    if (deadCpu !== undefined) dead.push(deadCpu);
    for (const id of users) told.add(id);
    planned.push(agents.length === 0 ? fault : { ...fault, agents: agents.map(({ id }) => id) });
    const { latency } = forked;
    forked = {
      ...forked,
      ...(rule !== undefined && { rules: [...(forked.rules ?? []), rule] }),
      agents: [...forked.agents.map((agent) => withTasks(agent, agents)), ...agents],
      latency: {
        ...latency,
        delays: { ...latency.delays, ...delays },
        links: { ...latency.links, ...links },
        ...(slowdown === undefined ? {} : { slowdowns: [...(latency.slowdowns ?? []), slowdown] }),
      },
    };
  }
  if (hasFreezer(forked.agents)) for (const id of writersAmong(forked.agents)) told.add(id);
  const agents = withCalls(tellingFreezers(withoutCpus(forked.agents, dead)), INODE_CACHE, [...told]);
  const result = withStriker(
    { ...forked, agents },
    planned.toSorted((a, b) => a.at - b.at),
    moments,
  );
  validatePlan(result);
  return result;
}

/** Returns whether a plan has room for faults beside those that it has. */
export function hasRoom(plan: Plan, faults: readonly Fault[]): boolean {
  try {
    withFaults(plan, faults);
    return true;
  } catch (error) {
    if (error instanceof FaultError) return false;
    throw error;
  }
}

/** Returns the plan that was given its faults; the plan itself if it has none. */
export function withoutFaults(plan: Plan): Plan {
  const faults = faultsOf(plan);
  if (faults.length === 0) return plan;
  const added = new Set([FAULTS, ...faults.flatMap(({ agents = [] }) => agents)]);
  const isAdded = (name: string): boolean =>
    name.startsWith('fault ') || [...added].some((agent) => name === `start ${agent}`);
  const left = plan.agents.filter(({ id }) => !added.has(id)).map((agent) => withoutTasks(agent, added));
  const grown = hasFreezer(plan.agents) || faults.some(({ kind }) => GROWS_PEERS.includes(kind));
  const agents = grown ? namePeers(tellingFreezers(left)) : left;
  const delays = Object.entries(plan.latency.delays).filter(([name]) => !isAdded(name));
  const gone = [...added].map(kindOf).filter((kind) => !agents.some((agent) => agent.kind === kind));
  const links = Object.entries(plan.latency.links).filter(
    ([kinds]) => !kinds.split('>').some((kind) => gone.includes(kind)),
  );
  const { rules, ...others } = plan;
  const names = new Set(faults.flatMap(({ kind, name }) => (faultKindNamed(kind).fate === undefined ? [] : [name])));
  const own = rules?.filter(({ name }) => !names.has(name)) ?? [];
  return {
    ...others,
    agents,
    latency: { delays: Object.fromEntries(delays), links: Object.fromEntries(links) as LatencyModel['links'] },
    ...(own.length > 0 && { rules: own }),
  };
}

const isFailDisk = ({ kind }: Fault): boolean => kind === 'fail-disk';

/** Faults by which agents call others than without them. */
const GROWS_PEERS = ['unplug-cpu', 'fail-disk'];

/** An agent that may call these as well. */
const withCalls = (agents: readonly AgentSpec[], caller: AgentId, called: readonly AgentId[]): readonly AgentSpec[] =>
  called.length === 0
    ? agents
    : agents.map((agent) =>
        agent.id === caller && agent.peers !== undefined
          ? { ...agent, peers: [...new Set([...agent.peers, ...called])] }
          : agent,
      );

/** Threads of CPUs that are dead may call whoever is on the others. */
function withoutCpus(agents: readonly AgentSpec[], dead: readonly number[]): readonly AgentSpec[] {
  if (dead.length === 0) return agents;
  const idsOf = (kind: string): AgentId[] => agents.flatMap((agent) => (agent.kind === kind ? [agent.id] : []));
  const [schedulers, workers] = [idsOf('cpu'), idsOf('inodegc')];
  return agents.map((agent): AgentSpec => {
    const { kind, params, task, peers } = agent;
    const { cpu, cpus = cpu === undefined ? [] : [cpu] } = params as { cpu?: number; cpus?: readonly number[] };
    if (task === undefined || peers === undefined || !cpus.some((each) => dead.includes(each))) return agent;
    return { ...agent, peers: [...new Set([...peers, ...schedulers, ...(kind === 'inodegc' ? [] : workers)])] };
  });
}

/** The page allocator knows the names of tasks, for what the OOM killer says. */
function withTasks(agent: AgentSpec, added: readonly AgentSpec[]): AgentSpec {
  const known = added.flatMap(({ id, task }) => (task === undefined ? [] : [{ id, ...task }]));
  return known.length === 0 ? agent : changedTasks(agent, (tasks) => [...tasks, ...known]);
}

const withoutTasks = (agent: AgentSpec, gone: ReadonlySet<AgentId>): AgentSpec =>
  changedTasks(agent, (tasks) => tasks.filter(({ id }) => !gone.has(id)));

type Known = { readonly id: AgentId; readonly comm: string; readonly pid: number };

function changedTasks(agent: AgentSpec, change: (tasks: readonly Known[]) => readonly Known[]): AgentSpec {
  const { tasks } = agent.params as { readonly tasks?: readonly Known[] };
  if (agent.kind !== 'memory' || tasks === undefined) return agent;
  return { ...agent, params: { ...(agent.params as { readonly [key: string]: Json }), tasks: change(tasks) } };
}

/** When the agent that strikes acts: early enough for its messages to be there at the instant of the fault. */
type Moment = Pick<FaultStep, 'fault' | 'sends'> & { readonly at: VirtualTime };

function momentOf(plan: Plan, { name }: PlannedFault, at: VirtualTime, sends: Moment['sends']): Moment {
  const way = Math.max(0, ...sends.map(({ to }) => linkLatency(plan.latency, FAULTS, to)));
  if (at < way)
    throw new FaultError(
      `${name} cannot be at ${formatExactDuration(at)}: ${formatExactDuration(way)} is the earliest`,
    );
  return { fault: name, at: at - way, sends };
}

function withStriker(plan: Plan, faults: readonly PlannedFault[], moments: readonly Moment[]): Plan {
  const inOrder = moments.toSorted((a, b) => a.at - b.at);
  const delays: { [name: string]: Latency } = {};
  const steps = inOrder.map(({ fault, sends, at }, i): FaultStep => {
    const delay = `fault ${i}`;
    delays[delay] = { kind: 'fixed', ns: at - (inOrder[i - 1]?.at ?? 0) };
    return { fault, delay, sends };
  });
  const params: FaultsParams = { faults, steps };
  const peers = [...new Set(steps.flatMap(({ sends }) => sends.map(({ to }) => to)))].sort();
  const striker: AgentSpec = { id: FAULTS, kind: 'faults', params: params as unknown as Json, peers };
  const { latency } = plan;
  return {
    ...plan,
    agents: [...plan.agents, striker],
    latency: { ...latency, delays: { ...latency.delays, ...delays } },
  };
}

/** Two of one name are told apart by a number: `stall-cpu-0`, `stall-cpu-0.2`. */
function nameAmong(faults: readonly Fault[], place: number): string {
  const names = faults.slice(0, place + 1).map(faultName);
  const name = names[place] ?? '';
  const nth = names.filter((each) => each === name).length;
  return nth === 1 ? name : `${name}.${nth}`;
}

function expectApart(faults: readonly Fault[]): void {
  for (const [i, later] of faults.entries()) {
    if (!faultKindNamed(later.kind).alone) continue;
    const name = faultName(later);
    const before = faults.slice(0, i).find((each) => faultName(each) === name && endOf(each) >= later.at);
    if (before !== undefined)
      throw new FaultError(
        `two faults ${name} overlap: the one at ${seconds(before.at)} lasts until ${seconds(endOf(before))}`,
      );
  }
}

const seconds = (at: VirtualTime): string => `${formatSeconds(at)} s`;

function expectFits({ agents, until }: Plan, fault: PlannedFault): void {
  const { name, at, kind } = fault;
  if (at >= until)
    throw new FaultError(`${name} at ${seconds(at)} is not before the end of the run, ${seconds(until)}`);
  const { fits } = faultKindNamed(kind);
  const struck = struckAgent(fault);
  const fitting = agents.filter((each) => fits.length === 0 || fits.includes(each.kind)).map(({ id }) => id);
  if (struck === undefined ? fitting.length > 0 : fitting.includes(struck)) return;
  if (fitting.length === 0)
    throw new FaultError(`${name}: this run has no agent that ${kind} fits (${fits.join(', ')})`);
  throw new FaultError(`${name}: ${kind} fits ${listed(fitting)}, not ${struck}`);
}

/** A few of many names. */
function listed(ids: readonly AgentId[]): string {
  const MOST = 6;
  return ids.length <= MOST ? ids.join(', ') : `${ids.slice(0, MOST - 1).join(', ')} and ${ids.length - MOST + 1} more`;
}
