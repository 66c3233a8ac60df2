/**
 * A federate that is stopped, or cut off in one direction or both, is replaced after a while; when it is back, it can
 * change nothing.
 */
import type { Row, TraceHit } from '@dragon/engine';
import { coordinate, type Link, MemoryHub, MemoryStore, runFederate } from '@dragon/federation';
import { expect, test } from 'vitest';
import { byKind, expectSame, inOneProcess, newRun, QUICK } from './federation-runs.ts';
import { CycleFinder, toyPlan } from './federation-toys.ts';

const SMALL = toyPlan({ seed: 1, rings: 2, until: 60_000 });

/** What happens to what a federate hears and says. */
type Trouble = 'kept' | 'lost' | undefined;
interface Troubles {
  readonly heard: Trouble;
  readonly said: Trouble;
}

const TROUBLES: readonly (readonly [name: string, troubles: Troubles])[] = [
  ['is stopped', { heard: 'kept', said: 'kept' }],
  ['is cut off', { heard: 'lost', said: 'lost' }],
  ['hears nothing', { heard: 'lost', said: undefined }],
  ['is not heard', { heard: undefined, said: 'lost' }],
  ['is heard late', { heard: undefined, said: 'kept' }],
];

/** Returns a link in trouble from `begin` on until `end`, when what was kept arrives. */
function troubled(link: Link, { heard, said }: Troubles) {
  let isTroubled = false;
  const kept: (() => void)[] = [];
  const through = (trouble: Trouble, pass: () => void) => {
    if (!isTroubled || trouble === undefined) pass();
    else if (trouble === 'kept') kept.push(pass);
  };
  const publish = link.publish.bind(link);
  const subscribe = link.subscribe.bind(link);
  link.publish = (subject, bytes) => through(said, () => publish(subject, bytes));
  link.subscribe = (subject, handler) => subscribe(subject, (bytes) => through(heard, () => handler(bytes)));
  return {
    begin: () => void (isTroubled = true),
    end() {
      isTroubled = false;
      for (const pass of kept.splice(0)) pass();
    },
  };
}

/** Has `f1` in trouble from a frame of it on, and back when another one has said some frames in its place. */
async function besidesTrouble(troubles: Troubles, frame: number, isKilledAfterwards: boolean) {
  const [run, hub, store] = [newRun(), new MemoryHub(), new MemoryStore()];
  const openStore = () => Promise.resolve(store);
  const start = (name: string, link: Link, signal?: AbortSignal) =>
    runFederate(link, { run, name, definitions: byKind, ...QUICK, openStore, signal }).catch((error: unknown) => error);
  const ends = [start('f0', hub.link())];
  const [first, stop] = [hub.link(), new AbortController()];
  const trouble = troubled(first, troubles);
  let said = 0;
  const say = first.publish.bind(first);
  first.publish = (subject, bytes) => {
    say(subject, bytes);
    said += 1;
    if (said === frame) trouble.begin();
  };
  let replaced = 0;
  const replace = (name: string) => {
    replaced += 1;
    const link = hub.link();
    const publish = link.publish.bind(link);
    let left = 8;
    link.publish = (subject, bytes) => {
      publish(subject, bytes);
      left -= 1;
      if (left !== 0) return;
      trouble.end();
      if (isKilledAfterwards) stop.abort();
    };
    ends.push(start(name, link));
    return true;
  };
  ends.push(start('f1', first, stop.signal));
  const finder = new CycleFinder();
  const rows: Row[] = [];
  const hits: TraceHit[] = [];
  const result = await coordinate(hub.link(), {
    run,
    plan: SMALL,
    finders: [finder],
    federates: ['f0', 'f1'],
    ...QUICK,
    silenceMs: 80,
    onRow: (row) => void rows.push(row),
    onTrace: (hit) => void hits.push(hit),
    recovery: { store, everyRounds: 3, replace },
  });
  stop.abort();
  await Promise.all(ends);
  return { result, rows, hits, applied: finder.applied, replaced };
}

for (const [name, troubles] of TROUBLES)
  test(`a federate that ${name} is replaced, and the run is as ever`, { timeout: 60_000 }, async () => {
    const local = inOneProcess(SMALL);
    let replaced = 0;
    for (const [turn, frame] of [4, 9, 15, 22].entries()) {
      const run = await besidesTrouble(troubles, frame, turn % 2 === 1);
      expectSame(run, local);
      replaced += run.replaced;
    }
    expect(replaced).toBeGreaterThan(2);
  });
