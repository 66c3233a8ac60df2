/** Tests of the feed: what pages are told and may ask, and that the run is the same whatever they ask. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { LocalRun } from '@dragon/engine';
import { type FeedRequest, RunRecord, StepCheck } from '@dragon/inspection';
import { Execution } from '@dragon/inspection/execution';
import { DEFINITIONS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import type { ShownAgent } from './feed-clients.fixture.ts';
import { DIGEST, edgeAt, ended, page, PLAN, receive, REQUEST, useBench, watched } from './inspector-bench.fixture.ts';
import { ticketAddress } from './tickets.ts';

useBench();

describe('the feed', () => {
  test('tells the settings, the plan, and how the run went, to whoever comes and whenever', async () => {
    const { inspector, drive } = await watched();
    const early = await page(inspector, inspector.token);
    expect(early.hello).toMatchObject({
      mode: 'live',
      may: 'control',
      cut: 'events',
      edge: { at: 0, events: 0 },
      ended: null,
    });
    expect(early.hello.run).toEqual({ heading: REQUEST.heading, command: REQUEST.command });
    expect(early.hello.plan).toEqual(JSON.parse(JSON.stringify(PLAN)));
    await drive();
    const end = await early.until(ended);
    expect(end).toMatchObject({ outcome: 'deadlock', digest: DIGEST });
    const late = await page(inspector, null);
    expect(late.hello).toMatchObject({ may: 'view', ended: end });
  });

  test('is controlled by who shows the token, or a ticket, which is good once and then has the token told', async () => {
    const { inspector } = await watched({ paused: true });
    const ticket = new URL(ticketAddress(inspector.address, Date.now())).searchParams.get('ticket') ?? '';
    const { token } = inspector;
    expect((await page(inspector, null, ticket)).hello).toMatchObject({ may: 'control', token });
    const late = await page(inspector, null, ticket);
    expect(late.hello).toMatchObject({ may: 'view', token: null });
    expect(await late.until(({ type }) => type === 'refused')).toMatchObject({ asked: 'auth' });
    late.ask({ type: 'resume' });
    await late.until((message) => message.type === 'refused' && message.asked === 'resume');
    expect((await page(inspector, token)).hello).toMatchObject({ may: 'control', token });
    expect((await page(inspector, 'x')).hello).toMatchObject({ may: 'view', token: null });
  });

  test('steps, runs to instants, pauses and paces exactly, and none of it changes the run', async () => {
    const { inspector, local, drive } = await watched({ paused: true });
    const { ask, until, told } = await page(inspector, inspector.token);
    const over = drive();
    ask({ type: 'step', events: 1 });
    await until(edgeAt(1));
    ask({ type: 'step', events: 399 });
    const edge = await until(edgeAt(400));
    const shadow = new LocalRun(PLAN, DEFINITIONS, { finders: [] });
    shadow.advance(400);
    expect(edge).toEqual({ type: 'edge', at: shadow.engine.now, events: 400, digest: shadow.result().digest });
    const at = shadow.engine.nextAt() + 1_000_000;
    ask({ type: 'runTo', at });
    const stood = await until((message) => message.type === 'edge' && message.at === at);
    shadow.advance(Number.MAX_SAFE_INTEGER, at);
    expect(stood).toMatchObject({ events: shadow.engine.processed, digest: shadow.result().digest });
    ask({ type: 'speed', speed: 0.001 });
    ask({ type: 'resume' });
    await sleep(100);
    ask({ type: 'pause' });
    await until((message) => message.type === 'pace' && message.paused && message.speed === 0.001);
    expect(local.engine.now).toBeLessThan(at + 10_000_000);
    ask({ type: 'speed', speed: 'unlimited' });
    ask({ type: 'resume' });
    await over;
    expect(await until(ended)).toMatchObject({ digest: DIGEST });
    ask({ type: 'pause' });
    await until(({ type }) => type === 'refused');
    expect(told.filter(({ type }) => type === 'lost')).toEqual([]);
  });

  test('many pages, stepping and pausing at random: the same digest', async () => {
    const { inspector, drive } = await watched();
    const pages = await Promise.all(Array.from({ length: 12 }, () => page(inspector, inspector.token)));
    const over = drive();
    let random = 1;
    for (let i = 0; i < 60; i += 1) {
      random = (random * 48_271) % 2_147_483_647;
      const choices: FeedRequest[] = [
        { type: 'pause' },
        { type: 'resume' },
        { type: 'step', events: (random % 200) + 1 },
        { type: 'runTo', at: (random % 2_000) * 1_000_000 },
        { type: 'speed', speed: 0.5 },
      ];
      pages[random % pages.length]?.ask(choices[(random >> 4) % choices.length] ?? { type: 'pause' });
      if (i % 10 === 0) await sleep(5);
    }
    // Whoever is heard last says this last.
    for (const { ask } of pages) {
      ask({ type: 'speed', speed: 'unlimited' });
      ask({ type: 'resume' });
    }
    await over;
    for (const { until } of pages) expect(await until(ended)).toMatchObject({ digest: DIGEST });
  });

  test('stop ends the run, and says so', async () => {
    const { inspector, drive } = await watched({ paused: true });
    const { ask, until } = await page(inspector, inspector.token);
    const over = drive();
    ask({ type: 'stop' });
    await expect(over).rejects.toThrow('stop');
    await until(({ type }) => type === 'lost');
    const late = await page(inspector, inspector.token);
    await late.until(({ type }) => type === 'lost');
    late.ask({ type: 'resume' });
    expect(await late.until(({ type }) => type === 'refused')).toMatchObject({
      why: expect.stringContaining('stopped') as string,
    });
  });

  test('a run that is ended in its middle is told up to there, and is no other than that of its plan', async () => {
    const { run, inspector, local, drive } = await watched({ paused: true });
    const { ask, until, told } = await page(inspector, inspector.token);
    const { shown } = receive(inspector, 'agents=kswapd/0,inodegc/0,shrinkers');
    const over = drive().catch((error: unknown) => error);
    for (const events of [1, 300, 77]) ask({ type: 'step', events });
    await until(edgeAt(378));
    // Too soon after that edge for another one.
    run.ask({ type: 'step', events: 20 });
    while (local.engine.processed < 398) await nextTurn();
    run.ask({ type: 'stop' });
    await until(({ type }) => type === 'lost');
    await over;
    const { processed } = local.engine;
    const { digest } = local.result();
    expect(told.findLast(({ type }) => type === 'edge')).toMatchObject({ events: processed, digest });
    const made = new Execution(PLAN, REQUEST.heading);
    const record = new RunRecord(made.opening);
    record.append(made.advance(processed));
    expect(made.digest).toBe(digest);
    const received = new Map(local.engine.digests().map(({ agent, chain: [, , count] }) => [agent, count]));
    const check = new StepCheck(record);
    const late = receive(inspector, 'agents=kswapd/0,inodegc/0,shrinkers');
    const isWhole = (list: readonly ShownAgent[]) =>
      received.get('kswapd/0') === list.findLast(({ sessionId }) => sessionId === 'kswapd/0')?.state['_event'].$sim.seq;
    while (!isWhole(shown) || !isWhole(late.shown)) await sleep(5);
    for (const { sessionId, state } of [...shown, ...late.shown]) {
      const { name, $sim } = state['_event'];
      check.take({ agent: sessionId, ...$sim, message: name === 'xstate.init' ? undefined : name });
    }
    expect(check.check()).toBeUndefined();
    expect(check.compared).toBe(shown.length + late.shown.length);
  });

  test('a page without the token, or with another one, watches and changes nothing', async () => {
    const { inspector, local, drive } = await watched({ paused: true });
    void drive().catch(() => undefined);
    for (const token of [null, 'x'.repeat(inspector.token.length)]) {
      const { ask, until, hello } = await page(inspector, token);
      expect(hello.may).toBe('view');
      ask({ type: 'step', events: 5 });
      expect(await until(({ type }) => type === 'refused')).toMatchObject({ asked: 'step' });
    }
    expect(local.engine.processed).toBe(0);
    const owner = await page(inspector, inspector.token);
    owner.ask({ type: 'stop' });
    await owner.until(({ type }) => type === 'lost');
  });
});
