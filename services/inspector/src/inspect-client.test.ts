/** Tests with the client that @xstate/inspect has for browsers, and with those who would end inspection for all. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalRun } from '@dragon/engine';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ShownAgent } from './feed-clients.fixture.ts';
import { edgeAt, ended, page, PLAN, receive, useBench, watched } from './inspector-bench.fixture.ts';

useBench();

describe('@xstate/inspect', () => {
  const waitFor = async (is: () => boolean) => {
    while (!is()) await sleep(5);
  };

  test("any client sees the machines and states of the agents it asks for, early or late, and the run's digest stays", async () => {
    const { inspector, drive } = await watched({ paused: true });
    const { shown } = receive(inspector, 'agents=kswapd/0,inodegc/0,nobody');
    const { ask, until } = await page(inspector, inspector.token);
    const over = drive();
    await waitFor(() => shown.filter(({ type }) => type === 'service.register').length === 2);
    ask({ type: 'step', events: 400 });
    await until(edgeAt(400));
    const late = receive(inspector, 'agents=kswapd/0&context=none');
    await waitFor(() => late.shown.length > 0);
    ask({ type: 'resume' });
    await over;
    await until(ended);
    const shadow = new LocalRun(PLAN, DEFINITIONS, { finders: kernelFinders().finders });
    while (shadow.advance(1_000));
    const chain = shadow.engine.digests().find(({ agent }) => agent === 'kswapd/0')?.chain;
    const last = (list: readonly ShownAgent[]) => list.findLast(({ sessionId }) => sessionId === 'kswapd/0');
    await waitFor(() => last(shown)?.state['_event'].$sim.seq === chain?.[2]);
    await waitFor(() => last(late.shown)?.state['_event'].$sim.seq === chain?.[2]);
    const [machine] = shown.flatMap((each) => (each.sessionId === 'kswapd/0' && each.machine ? [each.machine] : []));
    expect(machine?.meta.chart).toEqual(JSON.parse(JSON.stringify(DEFINITIONS.get('kswapd')?.chart)));
    expect(machine?.stateIds).toContain('kswapd.balancing');
    expect(last(shown)?.state).toMatchObject({
      value: { balancing: expect.anything() as unknown },
      context: { self: 'kswapd/0' },
      _event: { $sim: { name: expect.stringMatching(/throttled$/) as unknown } },
    });
    expect(last(late.shown)?.state).toMatchObject({ context: {} });
    expect(new Set(shown.map(({ sessionId }) => sessionId))).toEqual(new Set(['kswapd/0', 'inodegc/0']));
    const edges = shown.flatMap(({ state }) => state['_event'].$sim.edges);
    expect(edges.length).toBeGreaterThan(3);
    const { nodes = [] } = DEFINITIONS.get('kswapd')?.chart ?? {};
    const known = new Set([...nodes, ...(DEFINITIONS.get('inodegc')?.chart?.nodes ?? [])].map(({ path }) => path));
    expect(edges.filter(({ source }) => !known.has(source))).toEqual([]);
  });

  test('nobody is ended by what a client sends, and no agent is sent to', async () => {
    const { inspector, local, drive } = await watched({ paused: true });
    void drive().catch(() => undefined);
    const good = receive(inspector, 'agents=kswapd/0');
    await waitFor(() => good.shown.length > 0);
    const event = JSON.stringify({ name: 'cpu.run', data: { type: 'cpu.run' }, origin: 'kswapd/0' });
    good.socket().send(JSON.stringify({ type: 'xstate.event', event, service: 'kswapd/0' }));
    const ends = async (message: string | Buffer) => {
      const bad = receive(inspector, 'agents=kswapd/0');
      await waitFor(() => bad.shown.length > 0);
      bad.socket().send(message);
      return new Promise((resolve) => bad.socket().on('close', resolve));
    };
    const codes = await Promise.all(
      [
        '{"type":"disconnect"}',
        '{"type":"unload"}',
        '{"type":"xstate.event","event":7}',
        '{"type":"xstate.inspecting"}',
        'no JSON',
        Buffer.from([1]),
      ].map(ends),
    );
    expect(codes).toEqual([1008, 1008, 1008, 1008, 1003, 1003]);
    const owner = await page(inspector, inspector.token);
    owner.ask({ type: 'step', events: 200 });
    await owner.until(edgeAt(200));
    const frames = good.shown.length;
    owner.ask({ type: 'step', events: 200 });
    await waitFor(() => good.shown.length > frames);
    expect(good.socket().readyState).toBe(WebSocket.OPEN);
    const shadow = new LocalRun(PLAN, DEFINITIONS, { finders: [] });
    shadow.advance(400);
    await owner.until(edgeAt(400));
    expect(local.result().digest).toBe(shadow.result().digest);
    owner.ask({ type: 'stop' });
    await owner.until(({ type }) => type === 'lost');
  });
});
