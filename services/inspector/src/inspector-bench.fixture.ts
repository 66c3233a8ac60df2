/** A bench for tests of the inspector's server: a run that is watched, its server, and clients, gone at the end. */
import { request as httpRequest } from 'node:http';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalRun } from '@dragon/engine';
import type { FeedMessage } from '@dragon/inspection';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { EmbeddedRun } from './embedded-run.ts';
import { openPage, receiveAgents } from './feed-clients.fixture.ts';
import { type Inspector, openInspector } from './inspector.ts';
import { standingRun } from './standing-run.ts';

export const REQUEST = requestRun(readRun({ scenario: 'seed-deadlock' }));
export const PLAN = REQUEST.plan();
export const DIGEST = '03c7f7de3f9080ae';

/** With the page, and for forks; it is there while the tests of a file run that use the bench. */
export const folder = join(tmpdir(), `dragon-inspector-${randomUUID()}`);
const errors: unknown[] = [];
const onError = (error: unknown) => void errors.push(error);
const cleanUp: (() => unknown)[] = [];

/** Says what is to be done when the test is over. */
export const afterwards = (clean: () => unknown) => void cleanUp.push(clean);

/** Sets up the bench for the tests of a file: each test leaves nothing open, and none an error. */
export function useBench(): void {
  beforeAll(() => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'page.html'), '<!doctype html><title>page</title>');
  });
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).toReversed()) await clean();
    expect(errors.splice(0)).toEqual([]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
}

export async function open(run = standingRun({ mode: 'start' }), options: { trace?: string } = {}): Promise<Inspector> {
  const inspector = await openInspector({ run, page: folder, forks: folder, onError, ...options });
  afterwards(() => inspector.close());
  return inspector;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A request as a program makes it, that may say of itself what no browser would. */
export function get(
  { port }: Inspector,
  path: string,
  options: { method?: string; headers?: object; body?: string } = {},
) {
  const { method = 'GET', headers = {}, body = '' } = options;
  return new Promise<Answer>((resolve, reject) => {
    const asked = httpRequest({ port, host: '127.0.0.1', path, method, headers: { ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString() }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** A run that stands at its start, and a server that shows it. */
export async function watched({ paused = false, speed = Number.POSITIVE_INFINITY } = {}) {
  const stopping = new AbortController();
  const run = new EmbeddedRun({
    subject: REQUEST,
    plan: PLAN,
    paused,
    speed,
    onStop: () => stopping.abort(new Error('stop')),
    onError,
  });
  const inspector = await open(run);
  const local = new LocalRun(PLAN, DEFINITIONS, { finders: kernelFinders().finders });
  const drive = () => run.drive(local, { signal: stopping.signal });
  return { run, inspector, local, drive };
}

export async function page(inspector: Inspector, token: string | null, ticket?: string) {
  const opened = await openPage(inspector, token, ticket);
  afterwards(() => opened.socket.terminate());
  return opened;
}

export function receive(inspector: Inspector, query: string) {
  const receiver = receiveAgents(inspector, query);
  afterwards(() => receiver.socket().terminate());
  return receiver;
}

export const ended = ({ type }: FeedMessage) => type === 'ended';
export const edgeAt = (events: number) => (message: FeedMessage) =>
  message.type === 'edge' && message.events === events;
