/** How the conformance tests run a plan: in one process, and in federations over any link. */
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type AgentDefinition, type Plan, type Row, type RunResult, runPlan, type TraceHit } from '@dragon/engine';
import { type CoordinateOptions, coordinate, type FederateCommand, type Link, runFederate } from '@dragon/federation';
import { CycleFinder, definitions } from './federation-toys.ts';

export const byKind: ReadonlyMap<string, AgentDefinition> = new Map(definitions.map((each) => [each.kind, each]));

/** Patience for links that lose messages but have no distance to cover. */
export const QUICK = { repeatMs: 10, silenceMs: 5_000, settleMs: 20, pulseMs: 50, joinMs: 5_000 } as const;

export interface Run {
  readonly result: RunResult;
  readonly rows: readonly Row[];
  readonly hits: readonly TraceHit[];
  /** The changes of facts as the finder was told of them. */
  readonly applied: readonly string[];
}

export function inOneProcess(plan: Plan): Run {
  const finder = new CycleFinder();
  const rows: Row[] = [];
  const hits: TraceHit[] = [];
  const options = {
    finders: [finder],
    onRow: (row: Row) => rows.push(row),
    onTrace: (hit: TraceHit) => hits.push(hit),
  };
  const result = runPlan(plan, byKind, options);
  return { result, rows, hits, applied: finder.applied };
}

let runs = 0;

/** Returns a name that no other test run uses on the same server. */
export function newRun(): string {
  runs += 1;
  return `test-${process.pid}-${runs}`;
}

/** Returns the command of a process that hosts toy agents of these kinds. */
export function toyProcess(name: string, ...kinds: readonly string[]): FederateCommand {
  const entry = fileURLToPath(new URL('federation-toy-process.ts', import.meta.url));
  return { name, kinds, argv: [process.execPath, '--import', 'tsx', entry] };
}

export interface Federated extends Run {
  readonly rounds: number;
  readonly processes: number;
}

/**
 * Runs a plan on that many federates of this process, each with a link of its own. All of them must end well. `joined`
 * is called when they listen, before there is a coordinator.
 */
export async function inFederation(
  plan: Plan,
  federates: number,
  link: () => Promise<Link>,
  options: Partial<CoordinateOptions> = {},
  joined?: () => Promise<void>,
): Promise<Federated> {
  const { run = newRun(), key } = options;
  const names = Array.from({ length: federates }, (_, index) => `f${index}`);
  const own = await link();
  const links = await Promise.all(names.map(() => link()));
  const ended = Promise.allSettled(
    links.map((each, index) =>
      runFederate(each, { run, key, name: names[index] ?? '', definitions: byKind, ...QUICK }),
    ),
  );
  try {
    if (joined !== undefined) {
      await Promise.all(links.map((each) => each.flush()));
      await joined();
    }
    const federated = await coordinateHere(own, { run, plan, federates, ...QUICK, ...options });
    const ends = await ended;
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    return federated;
  } finally {
    await ended;
    await Promise.all([own, ...links].map((each) => each.close()));
  }
}

/** Coordinates, and keeps all that can be compared. */
export async function coordinateHere(
  link: Link,
  options: Omit<CoordinateOptions, 'finders' | 'onRow' | 'onTrace'>,
): Promise<Federated> {
  const finder = new CycleFinder();
  const rows: Row[] = [];
  const hits: TraceHit[] = [];
  const result = await coordinate(link, {
    ...options,
    finders: [finder],
    onRow: (row) => rows.push(row),
    onTrace: (hit) => hits.push(hit),
  });
  return { result, rows, hits, applied: finder.applied, rounds: result.rounds, processes: result.processes };
}

export function expectSame(federated: Run, local: Run): void {
  const comparable = ({ endedAt, foundAt, findings, events, digest, log }: RunResult) => ({
    endedAt,
    foundAt,
    findings,
    events,
    digest,
    log,
  });
  expect(comparable(federated.result)).toEqual(comparable(local.result));
  expect(federated.rows).toEqual(local.rows);
  expect(federated.hits).toEqual(local.hits);
  expect(federated.applied).toEqual(local.applied);
}
