/**
 * The inspector's server: the page, the feed of the run that is watched, the charts of its agents, the trace that is
 * read, and forks. It answers on the loopback, to its own pages and to programs of this machine, and whatever they do
 * is no harm to the run or to each other.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { FEED_PATH, FORKS_PATH, INSPECT_PATH, MOST_INSPECTED, TRACE_PATH } from '@dragon/inspection';
import sirv from 'sirv';
import { WebSocketServer } from 'ws';
import { serveFeed } from './feed-client.ts';
import { ForkRecorder } from './fork-recorder.ts';
import { answerFork } from './forks-route.ts';
import { serveInspect } from './inspect-client.ts';
import { refusalOf } from './request-guard.ts';
import { sendFile } from './send-file.ts';
import { SOCKET_OPTIONS } from './socket.ts';
import { Tickets } from './tickets.ts';
import type { WatchedRun } from './watched-run.ts';

const PAGE = 'page.html';

/** Pages and other clients at a time, and connections of any kind. */
const MOST_CLIENTS = 64;
const MOST_CONNECTIONS = 512;

/** What a page may do is said by the server; a page that was tricked into more is stopped by the browser. */
const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  // The address has the token until the page has taken it away.
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export interface InspectorOptions {
  readonly run: WatchedRun;
  /** The folder of the built page, `page.html` and what it loads. */
  readonly page: string;
  /** The trace that is inspected, if one is. */
  readonly trace?: string | undefined;
  /** Where forks are recorded. */
  readonly forks: string;
  /** Default: any that is free. */
  readonly port?: number | undefined;
  /** Where it listens; default: the loopback. Anything else is for a container, whose port is published there. */
  readonly host?: string | undefined;
  /** What a page has to show that is to change something; default: a random one. */
  readonly token?: string | undefined;
  /** Called with what is a bug of ours; it has ended no more than one connection. */
  readonly onError: (error: unknown) => void;
}

export interface Inspector {
  readonly port: number;
  readonly token: string;
  /** What a person opens, as often as wanted: the page, with the token. For a program's words see `ticketAddress`. */
  readonly address: string;
  close(): Promise<void>;
}

/** Rejects with the error of `listen`, as for a port that is taken. */
export async function openInspector(options: InspectorOptions): Promise<Inspector> {
  const { run, page, trace, forks, port = 0, host = '127.0.0.1', onError } = options;
  const token = options.token ?? randomBytes(16).toString('base64url');
  const tickets = new Tickets(token);
  const closing = new AbortController();
  const recorder = new ForkRecorder(forks, closing.signal);
  const servePage = existsSync(join(page, PAGE))
    ? sirv(page, { etag: true, setHeaders: (response) => response.setHeader('Cache-Control', 'no-cache') })
    : (_: IncomingMessage, response: ServerResponse) => sayText(response, 404, `There is no page in ${page}.`);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const refusal = refusalOf(request);
    const path = pathOf(request);
    if (refusal !== undefined) sayText(response, 403, refusal);
    else if (path === FORKS_PATH) await answerFork(request, response, { recorder, token });
    else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      sayText(response, 405, 'GET only.');
    } else if (path === TRACE_PATH && trace !== undefined) await sendFile(trace, request, response);
    else {
      // The page needs none, and not every one is answered with care.
      delete request.headers.range;
      if (path === '/') request.url = `/${PAGE}`;
      servePage(request, response, () => sayText(response, 404, 'There is no such thing here.'));
    }
  };
  const server = createServer(
    { maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 2_000 },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        onError(error);
        response.destroy();
      });
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  const sockets = new WebSocketServer(SOCKET_OPTIONS);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined);
    const searchParams = new URLSearchParams(queryOf(request));
    const pathname = pathOf(request);
    const agents = [...new Set(searchParams.get('agents')?.split(','))];
    if (refusalOf(request) !== undefined) refuseUpgrade(socket, '403 Forbidden');
    else if (pathname !== FEED_PATH && pathname !== INSPECT_PATH) refuseUpgrade(socket, '404 Not Found');
    else if (agents.length > MOST_INSPECTED) refuseUpgrade(socket, '400 Bad Request');
    else if (sockets.clients.size >= MOST_CLIENTS) refuseUpgrade(socket, '503 Service Unavailable');
    else
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        if (pathname === FEED_PATH) serveFeed(webSocket, { run, token, tickets, onError });
        else
          serveInspect(webSocket, {
            run,
            stream: socket,
            agents,
            context: searchParams.get('context') !== 'none',
            onError,
          });
      });
  });
  await listening(server, port, host);
  const { port: taken } = server.address() as AddressInfo;
  return {
    port: taken,
    token,
    address: `http://127.0.0.1:${taken}/?token=${token}`,
    async close() {
      closing.abort(new Error('the inspector was closed'));
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The path of a request, and what is asked behind it; a request may have any text there. */
const pathOf = ({ url = '/' }: IncomingMessage) => url.split('?', 1)[0] ?? '/';
const queryOf = ({ url = '/' }: IncomingMessage) => url.split('?')[1] ?? '';

function sayText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

/** A client that does not end its side is not waited for. */
function refuseUpgrade(socket: Duplex, status: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
