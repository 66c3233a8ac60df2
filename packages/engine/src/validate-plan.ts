/** What must be true of a plan before anybody runs it: a mistake in one is named at once, and not by what it breaks. */
import { kindOf } from './event.ts';
import type { Latency, Slowdown } from './latency.ts';
import type { Plan } from './plan.ts';
import { type Rule, TIMER_FATES } from './rule.ts';

/** Throws a `RangeError` that names the first mistake. */
export function validatePlan({ seed, agents, resources, latency, until, grace, rules = [] }: Plan): void {
  if (!Number.isSafeInteger(seed)) wrong(`its seed is ${seed}, not a safe integer`);
  if (!isInstant(until)) wrong(`it ends at ${until}, which is no instant`);
  if (!isInstant(grace) || grace < 1) wrong(`its grace is ${grace} ns: no window is longer than it, so 1 is the least`);
  unlike(
    'agents have the id',
    agents.map(({ id }) => id),
  );
  unlike(
    'threads have the pid',
    agents.flatMap(({ task }) => (task === undefined ? [] : [task.pid])),
  );
  unlike(
    'resources have the id',
    resources.map(({ id }) => id),
  );
  for (const { id, kind } of agents)
    if (kindOf(id) !== kind) wrong(`agent ${id} is of kind ${kind}: an id begins with the kind, links go by it`);
  const ids = new Set(agents.map(({ id }) => id));
  for (const { id, peers = [] } of agents)
    for (const peer of peers)
      if (!ids.has(peer) || peer === id) wrong(`agent ${id} names ${peer} as a peer, which is no other agent of it`);
  for (const [kinds, ns] of Object.entries(latency.links))
    if (!isInstant(ns) || ns < 1) wrong(`a message of link ${kinds} takes ${ns} ns: 1 is the least`);
  for (const [name, delay] of Object.entries(latency.delays))
    if (!isLatency(delay)) wrong(`delay ${name} cannot be ${JSON.stringify(delay)}`);
  for (const slowdown of latency.slowdowns ?? [])
    if (!isSlowdown(slowdown)) wrong(`a slowdown cannot be ${JSON.stringify(slowdown)}`);
  unlike(
    'rules have the name',
    rules.map(({ name }) => name),
  );
  const known = new Set(agents.flatMap(({ id, kind }) => [id, kind]));
  for (const rule of rules) {
    const mistake = ruleMistake(rule, known);
    if (mistake !== undefined) wrong(`rule ${rule.name} ${mistake}`);
  }
}

/** Returns what is wrong with a rule; `known` are the ids and kinds of the agents. */
function ruleMistake(rule: Rule, known: ReadonlySet<string>): string | undefined {
  const { about, from = [], to = [], since = 0, until = Number.MAX_SAFE_INTEGER, probability, fate } = rule;
  const stranger = [...from, ...to].find((name) => !known.has(name));
  if (stranger !== undefined) return `names ${stranger}, which is neither an agent nor a kind of agents of it`;
  if (!isInstant(since) || !isInstant(until) || since >= until) return `strikes from ${since} to ${until}`;
  if (!(probability >= 0 && probability <= 1)) return `strikes with probability ${probability}`;
  if (about === 'timers' && (rule.to !== undefined || !TIMER_FATES.includes(fate.kind)))
    return `is about timers, which can be delayed or dropped, and have no receiver`;
  if (fate.kind === 'drop') return undefined;
  if (fate.kind === 'hold') return isInstant(fate.until) ? undefined : `holds until ${fate.until}`;
  const { kind, min, max } = fate;
  return isInstant(min) && isInstant(max) && min <= max && min >= (kind === 'duplicate' ? 1 : 0)
    ? undefined
    : `has ${kind} by ${min} to ${max} ns`;
}

const isSlowdown = ({ from, to, factor }: Slowdown): boolean =>
  isInstant(from) && isInstant(to) && from < to && factor >= 1 && factor < Number.POSITIVE_INFINITY;

function isLatency(latency: Latency): boolean {
  switch (latency.kind) {
    case 'fixed':
      return isInstant(latency.ns);
    case 'uniform':
      return isInstant(latency.min) && isInstant(latency.max) && latency.min <= latency.max;
    case 'quantiles': {
      const { points } = latency;
      const rises = points.every(([p, ns], i) => p >= (points[i - 1]?.[0] ?? 0) && ns >= (points[i - 1]?.[1] ?? 0));
      return rises && points[0]?.[0] === 0 && points.at(-1)?.[0] === 1 && points.every(([, ns]) => isInstant(ns));
    }
    case 'ticks':
      return isInstant(latency.period) && latency.period > 0 && isInstant(latency.count);
  }
}

const isInstant = (ns: number): boolean => Number.isSafeInteger(ns) && ns >= 0;

function unlike(what: string, values: readonly (string | number)[]): void {
  const seen = new Set<string | number>();
  for (const value of values) {
    if (seen.has(value)) wrong(`two ${what} ${value}`);
    seen.add(value);
  }
}

function wrong(text: string): never {
  throw new RangeError(`this plan cannot be run: ${text}`);
}
