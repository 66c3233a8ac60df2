/** Agents spread over several engines do what they do in one: the same rows, facts and digest, for every placement. */
import { expect, test } from 'vitest';
import { combineDigests } from './digest.ts';
import { Engine } from './engine.ts';
import { type AgentId, compareText, type Event } from './event.ts';
import { federateDistances, lowerBounds } from './lbts.ts';
import type { LogLine, TraceHit } from './observer.ts';
import type { Plan } from './plan.ts';
import type { Rule } from './rule.ts';
import { RandomStream } from './random.ts';
import { compareRows, type Row } from './row.ts';
import { runPlan } from './run.ts';
import { NEVER } from './time.ts';
import { chatterPlan, definitions, labourPlan } from './toy-agents.fixture.ts';

interface Course {
  readonly digest: string;
  readonly rows: readonly Row[];
  readonly log: readonly LogLine[];
  readonly hits: readonly TraceHit[];
  readonly windows: number;
}

/** Runs a plan over engines, window by window; what they send is delivered between windows in a random order. */
function runSplit(plan: Plan, placement: readonly (readonly AgentId[])[], shuffle: RandomStream): Course {
  const rows: Row[] = [];
  const log: LogLine[] = [];
  const hits: TraceHit[] = [];
  const mail: Event[] = [];
  const distances = federateDistances(placement, plan.latency);
  const hostOf = (id: AgentId) => placement.findIndex((ids) => ids.includes(id));
  let bounds = placement.map(() => 0);
  const engines = placement.map((ids, self) => {
    return new Engine({
      plan,
      definitions,
      ids,
      remote: (event) => {
        mail.push(event);
        const answer = event.at + (distances[hostOf(event.to)]?.[self] ?? NEVER);
        bounds[self] = Math.min(bounds[self] ?? 0, answer);
      },
      observers: [
        { row: (row) => rows.push(row) },
        { log: (line) => log.push(line) },
        { hit: (hit) => hits.push(hit) },
      ],
    });
  });
  for (let windows = 0; ; windows += 1) {
    while (mail.length > 0) {
      const [event] = mail.splice(shuffle.below(mail.length), 1) as [Event];
      const host = hostOf(event.to);
      expect(event.at).toBeGreaterThanOrEqual(bounds[host] ?? 0);
      engines[host]?.deliver(event);
    }
    const next = engines.map((engine) => engine.nextAt());
    if (Math.min(...next) >= plan.until)
      return {
        digest: combineDigests(engines.flatMap((engine) => engine.digests())),
        rows: rows.sort(compareRows),
        log: log.sort(byInstant),
        hits: hits.sort(byInstant),
        windows,
      };
    bounds = lowerBounds(next, distances, plan.grace, plan.until);
    const processed = engines.map((engine, i) => {
      let count = 0;
      while (engine.run(bounds[i] ?? 0, 1) === 1) count += 1;
      return count;
    });
    expect(Math.max(...processed)).toBeGreaterThan(0);
  }
}

const byInstant = (a: LogLine | TraceHit, b: LogLine | TraceHit): number =>
  a.at - b.at || compareText(a.agent, b.agent);

/** Deals agents out at random; every engine gets at least one. */
function randomPlacement(ids: readonly AgentId[], engines: number, random: RandomStream): AgentId[][] {
  const rest = [...ids];
  const draw = (): AgentId => rest.splice(random.below(rest.length), 1)[0] ?? '';
  const placement = Array.from({ length: engines }, () => [draw()]);
  while (rest.length > 0) placement[random.below(engines)]?.push(draw());
  return placement;
}

/** Every fate, on enough of the traffic to matter. */
const RULES: readonly Rule[] = [
  { name: 'slow', about: 'messages', to: ['y'], probability: 0.3, fate: { kind: 'delay', min: 1, max: 900 } },
  { name: 'held', about: 'messages', since: 9_000, until: 9_500, probability: 1, fate: { kind: 'hold', until: 9_700 } },
  { name: 'mixed', about: 'messages', from: ['z'], probability: 0.2, fate: { kind: 'reorder', min: 0, max: 500 } },
  { name: 'twice', about: 'messages', probability: 0.1, fate: { kind: 'duplicate', min: 1, max: 400 } },
  { name: 'lost', about: 'messages', from: ['x/0'], probability: 0.2, fate: { kind: 'drop' } },
  { name: 'late', about: 'timers', probability: 0.2, fate: { kind: 'delay', min: 1, max: 90 } },
];

const PLANS = [
  ...[1, 2, 3].map((seed) => ['chaos', seed, { ...chatterPlan(seed, 7), rules: RULES }] as const),
  ...[1, 2, 3, 4, 5, 6].map((seed) => ['chatter', seed, chatterPlan(seed, 7)] as const),
  ...[1, 2, 3].map((seed) => ['labour', seed, labourPlan(seed, 7)] as const),
];

test.each(PLANS)('one engine, two and three give the same (%s, seed %i)', (kind, seed, plan) => {
  const rows: Row[] = [];
  const hits: TraceHit[] = [];
  const alone = runPlan(plan, definitions, {
    finders: [],
    onRow: (row) => void rows.push(row),
    onTrace: (hit) => void hits.push(hit),
  });
  expect(alone.events).toBeGreaterThan(700);
  expect((kind === 'chatter' ? alone.log : hits).length).toBeGreaterThan(50);
  const random = RandomStream.of(seed, 'placement');
  for (const engines of [1, 2, 2, 3, 3, 7]) {
    const placement = randomPlacement(
      plan.agents.map(({ id }) => id),
      engines,
      random,
    );
    const split = runSplit(plan, placement, random);
    expect(split.digest).toBe(alone.digest);
    expect(split.rows).toEqual(rows);
    expect(split.log).toEqual(alone.log);
    expect(split.hits).toEqual(hits);
    expect(split.windows).toBeGreaterThan(30);
  }
});

test('the digest of a run is the same on every machine and in every version', () => {
  const digests = [1, 2].map((seed) => runPlan(chatterPlan(seed, 7), definitions, { finders: [] }).digest);
  expect(digests).toEqual(['bcd07b19792e13c9', '22ba72fb8d3c72e4']);
});
