/** Tests of who is heard by the server and what it answers, and of those who mean no good. */
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Inspector } from './inspector.ts';
import {
  afterwards,
  DIGEST,
  edgeAt,
  ended,
  folder,
  get,
  open,
  page,
  PLAN,
  useBench,
  watched,
} from './inspector-bench.fixture.ts';
import { standingRun } from './standing-run.ts';

useBench();

describe('who is heard', () => {
  const upgrade = (inspector: Inspector, headers: Record<string, string>, path = '/feed') =>
    new Promise<number | 'open'>((resolve) => {
      const { host, ...rest } = headers;
      const socket = new WebSocket(`ws://127.0.0.1:${inspector.port}${path}`, {
        headers: { ...rest, ...(host !== undefined && { host }) },
      });
      afterwards(() => socket.terminate());
      socket.on('open', () => resolve('open'));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => undefined);
    });

  test('names of the loopback, and the own page; no other site, whatever its name points to', async () => {
    const inspector = await open();
    const here = `127.0.0.1:${inspector.port}`;
    expect(await get(inspector, '/')).toMatchObject({
      status: 200,
      body: expect.stringContaining('page') as unknown,
      headers: {
        'content-security-policy': expect.stringContaining("script-src 'self'") as unknown,
        'referrer-policy': 'no-referrer',
      },
    });
    for (const host of ['evil.example', `evil.example:${inspector.port}`, '127.0.0.1.evil.example', '192.168.1.1']) {
      expect((await get(inspector, '/', { headers: { host } })).status).toBe(403);
      expect(await upgrade(inspector, { host })).toBe(403);
    }
    for (const origin of ['http://evil.example', `http://localhost:${inspector.port}`, 'http://127.0.0.1:1', 'null']) {
      expect((await get(inspector, '/', { headers: { origin } })).status).toBe(403);
      expect(await upgrade(inspector, { origin })).toBe(403);
      expect(await upgrade(inspector, { origin }, '/inspect?agents=kswapd/0')).toBe(403);
    }
    expect(await upgrade(inspector, { origin: `http://${here}` })).toBe('open');
    expect(await upgrade(inspector, { host: `localhost:${inspector.port}` })).toBe('open');
  });

  test('paths and ranges that mean no good get an answer, and no file from elsewhere', async () => {
    const inspector = await open();
    for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '//[', '/%', '/trace', '/?a=%ff'])
      expect([200, 404]).toContain((await get(inspector, path)).status);
    expect((await get(inspector, '/../../etc/passwd')).body).not.toContain('root:');
    expect((await get(inspector, '/', { headers: { range: 'bytes=9-2' } })).status).toBe(200);
    expect((await get(inspector, '/', { method: 'PUT' })).status).toBe(405);
    expect(await upgrade(inspector, {}, '//[')).toBe(404);
    expect(
      await upgrade(inspector, {}, `/inspect?agents=${Array.from({ length: 21 }, (_, i) => `a${i}`).join(',')}`),
    ).toBe(400);
  });

  test('a trace, whole or by ranges of bytes', async () => {
    const trace = join(folder, 'a trace');
    writeFileSync(trace, '0123456789');
    const inspector = await open(standingRun({ mode: 'trace', trace: 'a trace' }), { trace });
    const ranged = async (range: string) => {
      const { status, headers, body } = await get(inspector, '/trace', { headers: { range } });
      return [status, headers['content-range'], body];
    };
    expect(await get(inspector, '/trace')).toMatchObject({ status: 200, body: '0123456789' });
    expect(await get(inspector, '/trace', { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '10' },
    });
    expect(await ranged('bytes=0-0')).toEqual([206, 'bytes 0-0/10', '0']);
    expect(await ranged('bytes=8-99')).toEqual([206, 'bytes 8-9/10', '89']);
    expect(await ranged('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await ranged('bytes=4-')).toEqual([206, 'bytes 4-9/10', '456789']);
    expect(await ranged('bytes=10-')).toEqual([416, 'bytes */10', '']);
    for (const odd of ['bytes=5-2', 'bytes=-', 'bytes=0-1,3-4', 'lines=1-2'])
      expect(await ranged(odd)).toEqual([200, undefined, '0123456789']);
    expect((await page(inspector, null)).hello).toMatchObject({ mode: 'trace', trace: 'a trace', controls: [] });
  });

  test('a fork is recorded for who has the token, and can be made again', async () => {
    const inspector = await open();
    const body = JSON.stringify({ subject: { heading: 'a fork', command: { seed: 1 } }, plan: PLAN });
    const json = { 'content-type': 'application/json' };
    const authorization = `Bearer ${inspector.token}`;
    const post = (headers: object, sent = body) => get(inspector, '/forks', { method: 'POST', headers, body: sent });
    expect((await post(json)).status).toBe(403);
    expect((await post({ ...json, authorization: 'Bearer no' })).status).toBe(403);
    expect((await post({ authorization })).status).toBe(415);
    expect((await post({ ...json, authorization }, '{"plan":{}}')).status).toBe(422);
    expect((await post({ ...json, authorization, origin: 'http://evil.example' })).status).toBe(403);
    expect(readdirSync(folder).filter((name) => name.startsWith('fork'))).toEqual([]);
    const { status, body: answer } = await post({ ...json, authorization });
    expect([status, JSON.parse(answer)]).toMatchObject([
      200,
      { file: 'fork-1.trace', digest: DIGEST, outcome: 'deadlock' },
    ]);
    expect(readdirSync(folder).filter((name) => name.startsWith('fork'))).toEqual(['fork-1.trace']);
  });
});

describe('those who mean no good', () => {
  test('who is refused, or goes away in mid-request, holds nothing open and is no bug', async () => {
    const inspector = await open();
    const head = (line: string, ...headers: string[]) =>
      `${[line, `Host: 127.0.0.1:${inspector.port}`, ...headers].join('\r\n')}\r\n\r\n`;
    const send = async (text: string) => {
      const socket = connect({ port: inspector.port, host: '127.0.0.1', allowHalfOpen: true });
      afterwards(() => socket.destroy());
      await once(socket, 'connect');
      socket.write(text);
      return socket;
    };
    const upgrade = ['Upgrade: websocket', 'Connection: Upgrade'];
    const refused = await send(head('GET /nothing HTTP/1.1', ...upgrade));
    refused.resume();
    await once(refused, 'end');
    const json = ['Content-Type: application/json', 'Content-Length: 100', `Authorization: Bearer ${inspector.token}`];
    const gone = await send(`${head('POST /forks HTTP/1.1', ...json, 'Expect: 100-continue')}{"plan"`);
    await once(gone, 'data');
    gone.destroy();
    // Waits for every connection.
    await inspector.close();
  });

  test('garbage, huge frames, floods, silence and a thousand connections harm neither the run nor its page', async () => {
    const { inspector, drive } = await watched({ paused: true });
    const good = await page(inspector, inspector.token);
    const over = drive();
    const bad = async (...messages: (string | Buffer)[]) => {
      const { socket, closed } = await page(inspector, null);
      for (const message of messages) socket.send(message);
      return closed;
    };
    const flood = Array.from({ length: 500 }, () => '{"type":"pause"}');
    expect(
      await Promise.all([
        bad('{'),
        bad('[]'),
        bad('{"type":"step","events":-1}'),
        bad('{"type":"step","events":1e99}'),
        bad('{"type":"auth","token":null}'),
        bad('{"__proto__":{"type":"pause"}}'),
        bad(Buffer.alloc(10)),
        bad('x'.repeat(100_000)),
        bad(...flood),
      ]),
    ).toEqual([1003, 1008, 1008, 1008, 1008, 1008, 1003, 1009, 1008]);
    // No WebSocket at all, and half of a request.
    const raw = connect(inspector.port, '127.0.0.1');
    raw.write('GET /feed HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n');
    const crowd = Array.from({ length: 1_000 }, () => new WebSocket(`ws://127.0.0.1:${inspector.port}/feed`));
    const opened = await Promise.all(
      crowd.map(
        (socket) =>
          new Promise<boolean>((resolve) => {
            socket.on('open', () => resolve(true));
            socket.on('error', () => resolve(false));
          }),
      ),
    );
    expect(opened.filter(Boolean).length).toBeLessThan(64);
    good.ask({ type: 'step', events: 100 });
    expect(await good.until(edgeAt(100))).toBeDefined();
    for (const socket of crowd) socket.terminate();
    raw.destroy();
    // A page that reads nothing is told less, not remembered more for.
    const slow = await page(inspector, null);
    slow.socket.pause();
    await sleep(50);
    const another = await page(inspector, null);
    good.ask({ type: 'resume' });
    await over;
    expect(await good.until(ended)).toMatchObject({ digest: DIGEST });
    expect(await another.until(ended)).toBeDefined();
  });
});
