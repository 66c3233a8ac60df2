/** Tests of requests that mean harm: each gets an answer in one line or none at all, and the server goes on. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { isPrintable } from '@dragon/report';
import { describe, expect, test } from 'vitest';
import type { Inspector } from './inspector.ts';
import { afterwards, DIGEST, folder, get, open, PLAN, useBench } from './inspector-bench.fixture.ts';
import { standingRun } from './standing-run.ts';

useBench();

const SUBJECT = { heading: 'a fork', command: { seed: 1 } };

/** Sends text as it is, and returns all that comes back until the connection is closed. */
async function said({ port }: Inspector, ...parts: readonly string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  afterwards(() => socket.destroy());
  let text = '';
  socket.on('data', (data: Buffer) => {
    text += data.toString();
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  await once(socket, 'end').catch(() => undefined);
  return text;
}

const head = (line: string, ...headers: readonly string[]) =>
  `${[line, 'Host: 127.0.0.1', ...headers].join('\r\n')}\r\n\r\n`;
const posted = ({ token }: Inspector) => [`Authorization: Bearer ${token}`, 'Content-Type: application/json'];

describe('forks', () => {
  const post = async (inspector: Inspector, body: string, type = 'application/json') => {
    const headers = { authorization: `Bearer ${inspector.token}`, 'content-type': type };
    const { status, body: text } = await get(inspector, '/forks', { method: 'POST', headers, body });
    const { why = '' } = JSON.parse(text) as { readonly why?: string };
    expect(isPrintable(why) && why.length < 500, why).toBe(true);
    return `${status} ${why}`;
  };
  const withPlan = (change: object, subject: unknown = SUBJECT) =>
    JSON.stringify({ subject, plan: { ...PLAN, ...change } });
  const agents = (change: object) => ({
    agents: PLAN.agents.map((agent) => (agent.id === 'kswapd/0' ? { ...agent, ...change } : agent)),
  });
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

  test('what is no plan is refused in one line that says where', async () => {
    const inspector = await open();
    const faults = (params: object) => ({
      agents: [...PLAN.agents, { id: 'faults/0', kind: 'faults', params }],
    });
    const cases: readonly (readonly [body: string, why: RegExp])[] = [
      ['', /^400 A fork is JSON, and this is none/],
      ['{"subject":', /^400 /],
      ['null', /^422 The fork cannot be made: /],
      ['[]', /^422 /],
      ['{"plan":{}}', /^422 .*subject/],
      [withPlan({ seed: '1' }), /^422 .*: seed must be an integer\.$/],
      [withPlan({ until: -1 }), /^422 .*: until must be an integer from 0 on/],
      [withPlan({ faults: [] }), /^422 .*"faults", which nothing here knows/],
      [withPlan(agents({ task: { comm: {}, pid: 7 } })), /^422 .*: agents\.\d+\.task\.comm must be text/],
      [withPlan(agents({ kind: 'unicorn', id: 'unicorn/0' })), /^422 .*there are no agents of kind unicorn/],
      [withPlan(agents({ kind: 'unicorn' })), /^422 .*agent kswapd\/0 is of kind unicorn/],
      [withPlan(agents({ params: null })), /^422 The fork cannot be made: agent kswapd\/0 failed while it started/],
      [withPlan(agents({ kind: '\u001b[2J', id: '\u001b[2J/0' })), /^422 .*of kind \\x1b\[2J/],
      [withPlan(faults({ faults: 5, steps: 5 })), /^422 /],
      [withPlan(faults({})), /^422 .*agent faults\/0 failed/],
      [withPlan(faults({ faults: [], steps: [{ fault: 'x', delay: 'none', sends: 7 }] })), /^422 /],
      [withPlan({}, { heading: 7, command: {} }), /^422 .*subject\.heading/],
      [withPlan({}, { heading: 'x', command: [] }), /^422 .*subject\.command/],
      [withPlan({}, { ...SUBJECT, fork: { parent: 'x', at: -1, events: 0 } }), /^422 .*subject\.fork/],
      [`{"subject":${JSON.stringify(SUBJECT)},"plan":${nested(10_000)}}`, /^422 .*it must be an object/],
      [`{"subject":{"heading":"","command":{"a":${nested(10_000)}}},"plan":{}}`, /^422 .*subject\.command/],
      [withPlan(agents({ params: 'HERE' })).replace('"HERE"', nested(10_000)), /^422 .*params must be plain JSON/],
    ];
    for (const [body, why] of cases) expect(await post(inspector, body), body.slice(0, 80)).toMatch(why);
    expect(await post(inspector, withPlan({}), 'text/plain')).toMatch(/^415 /);
    expect(readdirSync(folder).filter((name) => name.startsWith('fork'))).toEqual([]);
  });

  test('names that every object has pollute nothing', async () => {
    const inspector = await open();
    const evil = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},';
    const into = (text: string, at: string) => text.replace(at, `${at}${evil}`);
    const whole = withPlan({});
    for (const at of ['{', '"plan":{', '"latency":{', '"links":{', '"task":{'])
      expect(await post(inspector, into(whole, at)), at).toMatch(/^422 /);
    // Where any name may stand, these are no others.
    expect(await post(inspector, into(whole, '"command":{'))).toMatch(/^200 /);
    expect('polluted' in {}).toBe(false);
  });

  test('a body that is too long is not waited for, and one that breaks off is no fork', async () => {
    const inspector = await open();
    const long = `Content-Length: ${9 * 1_048_576}`;
    expect(await said(inspector, head('POST /forks HTTP/1.1', ...posted(inspector), long))).toMatch(
      /^HTTP\/1\.1 413 [^]*"The plan of this fork is too long: 8 MiB are the most\."/,
    );
    const piece = `100000\r\n${' '.repeat(0x100000)}\r\n`;
    const chunked = head('POST /forks HTTP/1.1', ...posted(inspector), 'Transfer-Encoding: chunked');
    expect(await said(inspector, chunked, ...Array.from({ length: 9 }, () => piece))).toMatch(/^HTTP\/1\.1 413 /);
    const socket = connect(inspector.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.end(`${head('POST /forks HTTP/1.1', ...posted(inspector), 'Content-Length: 100')}{"plan":`);
    await once(socket.resume(), 'close');
    const { status, body } = await get(inspector, '/forks', {
      method: 'POST',
      headers: { authorization: `Bearer ${inspector.token}`, 'content-type': 'application/json' },
      body: withPlan({}),
    });
    expect([status, JSON.parse(body)]).toMatchObject([200, { digest: DIGEST }]);
  });
});

describe('the server', () => {
  test('a head or a body that never ends is not waited for', async () => {
    const inspector = await open();
    let server: Server | undefined;
    const note = (message: unknown) => {
      ({ server } = message as { readonly server: Server });
    };
    subscribe('http.server.request.start', note);
    await get(inspector, '/');
    unsubscribe('http.server.request.start', note);
    expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 60_000, maxConnections: 512 });
    if (server === undefined) return;
    // The same, and sooner.
    server.headersTimeout = 50;
    server.requestTimeout = 50;
    const answers = await Promise.all([
      said(inspector, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: a'),
      said(inspector, head('POST /forks HTTP/1.1', ...posted(inspector), 'Content-Length: 100'), '{'),
    ]);
    for (const answer of answers) expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect((await get(inspector, '/')).status).toBe(200);
  });

  test('heads that are too long, methods that are none of ours, and upgrades to elsewhere', async () => {
    const inspector = await open();
    const status = async (...text: readonly string[]) => (await said(inspector, ...text)).slice(9, 12);
    const close = 'Connection: close';
    expect(await status(head('GET / HTTP/1.1', `X-Long: ${'x'.repeat(20_000)}`))).toBe('431');
    expect(await status(head(`GET /${'x'.repeat(20_000)} HTTP/1.1`))).toBe('431');
    expect(await status(head('GET / HTTP/1.1', ...Array.from({ length: 5_000 }, (_, i) => `X${i}: 1`)))).toBe('431');
    for (const method of ['DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'PROPFIND']) {
      const answer = await said(inspector, head(`${method} / HTTP/1.1`, close));
      expect(answer).toMatch(/^HTTP\/1\.1 405 [^]*Allow: GET, HEAD\r\n/);
      expect(await status(head(`${method} /forks HTTP/1.1`, close))).toBe('405');
    }
    expect(await status(head('NONSENSE / HTTP/1.1'))).toBe('400');
    expect(await status('\0\x01\x02\r\n\r\n')).toBe('400');
    expect(await said(inspector, head('CONNECT evil.example:443 HTTP/1.1'))).toBe('');
    const upgrade = ['Upgrade: websocket', 'Connection: Upgrade'];
    for (const path of ['/', '/trace', '/forks', '/feed/', '/__proto__', '/feed%00'])
      expect(await status(head(`GET ${path} HTTP/1.1`, ...upgrade)), path).toBe('404');
    // Those that are, without what a handshake needs.
    expect(await status(head('GET /feed HTTP/1.1', ...upgrade))).toBe('400');
    expect(await status(head('POST /feed HTTP/1.1', ...upgrade))).toBe('405');
  });

  test('a range is some of the bytes, all of them, or none', async () => {
    const trace = join(folder, 'ranged');
    writeFileSync(trace, '0123456789');
    const inspector = await open(standingRun({ mode: 'trace', trace: 'ranged' }), { trace });
    const ranged = async (range: string) => {
      const { status, body } = await get(inspector, '/trace', { headers: { range } });
      return `${status} ${body}`;
    };
    const beyond = '9'.repeat(400);
    for (const first of ['10', '9007199254740992', '9007199254740993', beyond])
      expect(await ranged(`bytes=${first}-`), first).toBe('416 ');
    expect(await ranged('bytes=-0')).toBe('416 ');
    for (const last of ['9007199254740992', beyond]) {
      expect(await ranged(`bytes=8-${last}`)).toBe('206 89');
      expect(await ranged(`bytes=-${last}`)).toBe('206 0123456789');
    }
    const many = Array.from({ length: 2_000 }, () => '0-').join(',');
    for (const none of [
      `bytes=${many}`,
      'bytes=0-5,2-7',
      'bytes=-5--1',
      'bytes=--5',
      'bytes=0x1-',
      'bytes=1e1-2',
      'bytes',
    ])
      expect(await ranged(none), none.slice(0, 20)).toBe('200 0123456789');
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    const nothing = await open(standingRun({ mode: 'trace', trace: 'empty' }), { trace: empty });
    for (const range of ['bytes=0-', 'bytes=-1', 'bytes=0-0'])
      expect((await get(nothing, '/trace', { headers: { range } })).status).toBe(416);
    expect(await get(nothing, '/trace')).toMatchObject({ status: 200, body: '' });
  });
});
