/**
 * A federation over a network that delays, loses for a while, or cuts: it gives the digest of one process, or ends with
 * one line within the time that it was given.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, inject, test } from 'vitest';
import { connectNats, FederationError, type NatsLink, runFederate } from '@dragon/federation';
import { byKind, coordinateHere, expectSame, inFederation, inOneProcess, newRun, QUICK } from './federation-runs.ts';
import { toyPlan } from './federation-toys.ts';
import { type Direction, type RelayOptions, TcpRelay } from './tcp-relay.ts';

const PLAN = toyPlan({ seed: 22, lockers: 0, until: 400_000 });
const LOCAL = inOneProcess(PLAN);

const relays: TcpRelay[] = [];
afterEach(() => Promise.all(relays.splice(0).map((relay) => relay.close())));

async function openRelay(options: Omit<RelayOptions, 'port'> = {}): Promise<TcpRelay> {
  const relay = await TcpRelay.open({ ...options, port: Number(new URL(inject('natsAddress').url).port) });
  relays.push(relay);
  return relay;
}

/** Links of which the coordinator's, the first, and those of federates may go different ways. */
function linksOver(relay: TcpRelay, goesOver: (link: number) => boolean = () => true): () => Promise<NatsLink> {
  let links = 0;
  return () => {
    links += 1;
    const address = inject('natsAddress');
    return connectNats(goesOver(links - 1) ? { ...address, url: relay.url } : address);
  };
}

/** Returns a function that calls `act` at each of these reports of progress. */
function atReports(reports: readonly number[], act: (report: number) => void): () => void {
  let count = 0;
  return () => {
    count += 1;
    if (reports.includes(count)) act(count);
  };
}

test('latency and jitter change nothing', async () => {
  const relay = await openRelay({ delayMs: [1, 12], seed: 7 });
  // Each round takes as long as the network does.
  const plan = toyPlan({ seed: 23, lockers: 0, until: 50_000 });
  expectSame(await inFederation(plan, 3, linksOver(relay)), inOneProcess(plan));
});

test.each<[what: string, Direction[], who: (link: number) => boolean]>([
  ['what the coordinator says', ['toServer'], (link) => link === 0],
  ['what the coordinator is told', ['fromServer'], (link) => link === 0],
  ['what a federate says', ['toServer'], (link) => link === 2],
  ['what a federate is told', ['fromServer'], (link) => link === 2],
  ['all that two of three say and are told', ['toServer', 'fromServer'], (link) => link > 1],
])('%s is lost for a while, and that changes nothing', async (_what, directions, goesOver) => {
  const relay = await openRelay();
  let outages = 0;
  const onProgress = atReports([3, 6], () => {
    outages += 1;
    relay.hold(...directions);
    void sleep(100).then(() => relay.release());
  });
  expectSame(await inFederation(PLAN, 3, linksOver(relay, goesOver), { onProgress }), LOCAL);
  expect(outages).toBe(2);
});

test('connections that break in the middle of a message and come back change nothing', async () => {
  const relay = await openRelay();
  const down = new Set<NatsLink>();
  const open = linksOver(relay);
  const link = async () => {
    const own = await open();
    own.onTrouble(({ kind }) => {
      if (kind === 'disconnected') down.add(own);
      if (kind === 'reconnected') down.delete(own);
    });
    return own;
  };
  let cuts = 0;
  const onProgress = () => {
    // A client whose connection breaks while it is made waits for some seconds.
    if (down.size > 0 || cuts === 4) return;
    cuts += 1;
    relay.cutAfter(31 * cuts);
  };
  expectSame(await inFederation(PLAN, 3, link, { onProgress }), LOCAL);
  expect(cuts).toBe(4);
});

test.each<[what: string, Direction[]]>([
  ['cut off', ['toServer', 'fromServer']],
  ['deaf', ['fromServer']],
  ['dumb', ['toServer']],
])('a federate that stays %s ends the run in time, with one line that names it', async (_what, directions) => {
  const relay = await openRelay();
  const link = linksOver(relay, (number) => number === 3);
  const [own, ...links] = await Promise.all([link(), link(), link(), link()]);
  const patience = { ...QUICK, run: newRun(), silenceMs: 400 };
  const federates = links.map((each, index) =>
    runFederate(each, { ...patience, name: `f${index}`, definitions: byKind }).catch((error: unknown) => error),
  );
  const onProgress = atReports([3], () => relay.hold(...directions));
  const ended = coordinateHere(own, { ...patience, plan: PLAN, federates: 3, onProgress });
  await expect(ended).rejects.toMatchObject({
    code: 'silent',
    message: expect.stringMatching(/^federate f2 has not answered for 0\.4 s: it was asked to process window \d+/),
  });
  // None waits for ever, and none ends well.
  for (const end of await Promise.all(federates)) expect(end).toBeInstanceOf(FederationError);
  await Promise.all([own, ...links].map((each) => each.close()));
});
