/** Tests of a distributed run that is watched: attached early or late, paused and paced, it is the same run. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalRun, type Plan } from '@dragon/engine';
import { coordinate, MemoryHub, runFederate } from '@dragon/federation';
import type { FeedMessage } from '@dragon/inspection';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { afterEach, expect, test } from 'vitest';
import { openPage, receiveAgents } from './feed-clients.fixture.ts';
import { FederatedRun } from './federated-run.ts';
import { openInspector } from './inspector.ts';

const REQUEST = requestRun(readRun({ scenario: 'seed-deadlock' }));
const PLAN = REQUEST.plan();
const DIGEST = '03c7f7de3f9080ae';

const folder = join(tmpdir(), 'dragon-no-page');
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).toReversed()) await clean();
});

const onError = (error: unknown) => {
  throw error;
};

/** A federation of three, in this process; and a way to look at it. */
function federation({ paused = false, speed = Number.POSITIVE_INFINITY } = {}) {
  const hub = new MemoryHub();
  const run = 'watched';
  const quick = { repeatMs: 50, silenceMs: 10_000, pulseMs: 50, joinMs: 10_000 };
  const about = { heading: REQUEST.heading, command: REQUEST.command };
  const start = ({ plan = PLAN, signal }: { plan?: Plan; signal?: AbortSignal } = {}) => {
    const { finders } = kernelFinders();
    const federates = ['one', 'two', 'three'].map((name) =>
      runFederate(hub.link(), { run, name, definitions: DEFINITIONS, ...quick }),
    );
    const settings = { run, plan, finders, federates: 3, about, paused, speed, signal, ...quick };
    const over = coordinate(hub.link(), settings);
    return { federates, over };
  };
  const attach = async () => {
    const watched = new FederatedRun(hub.link(), { run, onError });
    const inspector = await openInspector({ run: watched, page: folder, forks: folder, onError });
    cleanUp.push(
      () => watched.close(),
      () => inspector.close(),
    );
    const page = await openPage(inspector, inspector.token);
    cleanUp.push(() => page.socket.terminate());
    return { inspector, page };
  };
  return { start, attach };
}

test('a page that is there before the run sees who comes, the plan, the settings, and the end', async () => {
  const { start, attach } = federation();
  const { page } = await attach();
  expect(page.hello).toMatchObject({
    mode: 'live',
    run: null,
    plan: null,
    cut: 'instant',
    controls: ['pause', 'speed', 'runTo'],
  });
  const { over } = start();
  await page.until((message) => message.type === 'waiting' && message.missing.length > 0);
  expect(await over).toMatchObject({ digest: DIGEST });
  const end = await page.until(({ type }) => type === 'ended');
  expect(end).toMatchObject({ outcome: 'deadlock', digest: DIGEST, events: 814 });
  const hello = page.told.findLast(({ type }) => type === 'hello');
  expect(hello).toMatchObject({ run: { heading: REQUEST.heading }, plan: JSON.parse(JSON.stringify(PLAN)) as object });
  expect(page.told.filter(({ type }) => type === 'lost')).toEqual([]);
});

test('one that comes in mid-run sees it from there, agents and all; held, let go and paced, it is the same run', async () => {
  const { start, attach } = federation({ paused: true });
  const { over, federates } = start();
  await sleep(200);
  const { inspector, page } = await attach();
  await page.until((message) => message.type === 'hello' && message.plan !== null);
  const at = 1_000_000_000;
  page.ask({ type: 'runTo', at });
  await page.until((message) => message.type === 'edge' && message.at === at);
  const { shown, socket } = receiveAgents(inspector, 'agents=kswapd/0,repair/0');
  cleanUp.push(() => socket().terminate());
  const shadow = new LocalRun(PLAN, DEFINITIONS, { finders: [] });
  shadow.advance(Number.MAX_SAFE_INTEGER, at);
  const shownRepair = () => shown.find(({ sessionId }) => sessionId === 'repair/0')?.state;
  while (shownRepair() === undefined) await sleep(5);
  const repair = shownRepair();
  expect(shadow.engine.inspect('repair/0')).toMatchObject({
    inner: { context: repair?.context, value: repair?.value },
  });
  page.ask({ type: 'step', events: 1 });
  expect(await page.until(({ type }) => type === 'refused')).toMatchObject({ asked: 'step' });
  page.ask({ type: 'speed', speed: 0.1 });
  page.ask({ type: 'resume' });
  const edge = await page.until((message) => message.type === 'edge' && message.at > at);
  page.ask({ type: 'pause' });
  const { told } = page;
  const isSince = (message: FeedMessage) => told.indexOf(message) > told.indexOf(edge);
  await page.until((message) => message.type === 'pace' && message.paused && isSince(message));
  expect(edge).toMatchObject({ at: expect.toSatisfy((is: number) => is < 2_000_000_000) as number });
  page.ask({ type: 'speed', speed: 'unlimited' });
  page.ask({ type: 'resume' });
  expect(await over).toMatchObject({ digest: DIGEST });
  await Promise.all(federates);
  await page.until(({ type }) => type === 'ended');
  while (!shown.some(({ state }) => state['_event'].$sim.name.includes('unregistering'))) await sleep(5);
});

test('a run that was stopped, and another one with its name: what is told of one is never taken for the other', async () => {
  const { start, attach } = federation({ paused: true });
  const stop = new AbortController();
  const stopped = start({ signal: stop.signal });
  const { inspector, page } = await attach();
  await page.until((message) => message.type === 'hello' && message.plan !== null);
  page.ask({ type: 'runTo', at: 1_000_000_000 });
  await page.until((message) => message.type === 'edge' && message.at === 1_000_000_000);
  const { shown, socket } = receiveAgents(inspector, 'agents=kswapd/0');
  cleanUp.push(() => socket().terminate());
  while (shown.length === 0) await sleep(5);
  stop.abort(new Error('enough'));
  await Promise.allSettled([stopped.over, ...stopped.federates]);
  await page.until(({ type }) => type === 'lost');
  const frames = shown.length;
  const plan = requestRun(readRun({ scenario: 'seed-deadlock', seed: '2' })).plan();
  const other = start({ plan });
  const hello = await page.until((message) => message.type === 'hello' && message.plan?.seed === plan.seed);
  expect(hello).toMatchObject({ ended: null, edge: { at: 0 } });
  page.ask({ type: 'resume' });
  const { digest, events } = await other.over;
  await Promise.all(other.federates);
  expect(await page.until(({ type }) => type === 'ended')).toMatchObject({ digest, events });
  expect(shown.length).toBe(frames);
});
