/**
 * Tests of clients that stop reading while a run goes on: what waits for them is bounded, and they catch up. They speak
 * over streams in this process, as a kernel's socket takes megabytes before anything waits here.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedMessage } from '@dragon/inspection';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { serveFeed } from './feed-client.ts';
import { serveInspect } from './inspect-client.ts';
import type { ShownAgent } from './feed-clients.fixture.ts';
import { afterwards, PLAN, useBench, watched } from './inspector-bench.fixture.ts';
import { MOST_WAITING, SOCKET_OPTIONS } from './socket.ts';
import { Tickets } from './tickets.ts';
import type { WatchedRun } from './watched-run.ts';

useBench();

type ShownState = ShownAgent['state'];

const errors: unknown[] = [];
const onError = (error: unknown) => void errors.push(error);
afterEach(() => expect(errors).toEqual([]));

const SHOWN_AGENTS = PLAN.agents.map(({ id }) => id).slice(0, 20);

/** A client, and the server's end of its connection. */
async function connect(run: WatchedRun, way: 'feed' | 'inspect', first: object) {
  const server = createServer();
  const sockets = new WebSocketServer(SOCKET_OPTIONS);
  const served = new Promise<WebSocket>((resolve) => {
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) =>
      sockets.handleUpgrade(request, stream, head, (webSocket) => {
        const agents = SHOWN_AGENTS;
        if (way === 'feed') serveFeed(webSocket, { run, token: 'a token', tickets: new Tickets('a token'), onError });
        else serveInspect(webSocket, { run, stream, agents, context: true, onError });
        resolve(webSocket);
      }),
    );
  });
  const [near, far] = duplexPair();
  server.emit('connection', far);
  const client = new WebSocket('ws://127.0.0.1/', { createConnection: () => near });
  afterwards(() => client.terminate());
  const told: string[] = [];
  client.on('message', (data: Buffer) => void told.push(data.toString()));
  await once(client, 'open');
  client.send(JSON.stringify(first));
  await once(client, 'message');
  return { client, served: await served, told };
}

function lastOf<Type extends FeedMessage['type']>(told: readonly string[], type: Type) {
  const isOf = (message: FeedMessage): message is Extract<FeedMessage, { type: Type }> => message.type === type;
  return told.map((text) => JSON.parse(text) as FeedMessage).findLast(isOf);
}

async function until(is: () => boolean): Promise<void> {
  while (!is()) await sleep(5);
}

test('a page that does not read is told the last of everything when it does, and no more waits for it', async () => {
  const { run, drive } = await watched({ paused: true });
  const { client, served, told } = await connect(run, 'feed', { type: 'auth', token: 'a token' });
  client.pause();
  const over = drive();
  for (let round = 1; round <= 8_000; round += 1) {
    run.ask({ type: 'speed', speed: round });
    expect(served.bufferedAmount).toBeLessThan(MOST_WAITING + 1_024);
  }
  expect(served.bufferedAmount).toBeGreaterThan(MOST_WAITING);
  // It waits, too, for a run that stands still after that.
  run.ask({ type: 'step', events: 400 });
  await until(() => run.about().edge.events === 400);
  client.resume();
  // What was on its way before it stopped reading comes first.
  await until(() => lastOf(told, 'edge')?.events === 400 && lastOf(told, 'pace')?.speed === 8_000);
  expect(lastOf(told, 'edge')).toMatchObject({ events: 400, digest: expect.any(String) as string });
  expect(lastOf(told, 'pace')).toEqual({ type: 'pace', paused: true, speed: 8_000 });
  run.ask({ type: 'speed', speed: 'unlimited' });
  run.ask({ type: 'resume' });
  await over;
  await until(() => lastOf(told, 'ended') !== undefined);
});

test('a client of @xstate/inspect that does not read gets the newest states when it does', async () => {
  const { run, local, drive } = await watched({ paused: true });
  const over = drive();
  const { client, served, told } = await connect(run, 'inspect', { type: 'xstate.inspecting' });
  client.pause();
  // Answers wait as frames do; some of the first were on their way when it stopped reading.
  for (let round = 0; round < 2; round += 1) {
    for (let i = 0; i < 5_000; i += 1) client.ping(Buffer.alloc(100));
    client.send('{"type":"xstate.event","event":""}');
    await once(served, 'message');
  }
  expect(served.bufferedAmount).toBeGreaterThan(MOST_WAITING);
  run.ask({ type: 'resume' });
  await over;
  expect(served.bufferedAmount).toBeLessThan(MOST_WAITING + 1_024);
  expect(told.filter((text) => text.includes('service.state'))).toEqual([]);
  client.resume();
  const received = new Map(local.engine.digests().map(({ agent, chain: [, , count] }) => [agent, count]));
  await until(() => {
    const frames = told.map((text) => JSON.parse(text) as { readonly sessionId: string; readonly state: string });
    const seqs = new Map(
      frames.map(({ sessionId, state }) => [sessionId, (JSON.parse(state) as ShownState)['_event']]),
    );
    return SHOWN_AGENTS.every((agent) => seqs.get(agent)?.$sim.seq === received.get(agent));
  });
});
