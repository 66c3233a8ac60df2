/** One page on the feed: told of the run from its first message on, and heard as far as it may. */
import type { FeedMessage } from '@dragon/inspection';
import type { WebSocket } from 'ws';
import { FEED_REQUEST } from './feed-request.ts';
import { isToken } from './request-guard.ts';
import { Socket } from './socket.ts';
import type { Tickets } from './tickets.ts';
import type { RunNews, Stop, WatchedRun } from './watched-run.ts';

/** How long a page may take to say who it is. */
const AUTH_MS = 10_000;

const SPENT =
  'This address was good once, and for a minute: to control the run, open it by the address that the command printed.';

export interface FeedClientOptions {
  readonly run: WatchedRun;
  readonly token: string;
  readonly tickets: Tickets;
  readonly onError: (error: unknown) => void;
}

/** Serves a page until its connection ends. */
export function serveFeed(webSocket: WebSocket, { run, token, tickets, onError }: FeedClientOptions): void {
  let may: 'control' | 'view' | undefined;
  let stop: Stop = () => undefined;
  const late = setTimeout(() => socket.end('policy', 'the first message is auth'), AUTH_MS);
  const say = (message: FeedMessage) => socket.sendLast(message);
  const sayHello = () =>
    say({ type: 'hello', may: may ?? 'view', token: may === 'control' ? token : null, ...run.about() });
  const hear = (news: RunNews) => (news.type === 'changed' ? sayHello() : say(news));
  const socket = new Socket(webSocket, {
    onMessage(message) {
      const { success, data: request } = FEED_REQUEST.safeParse(message);
      if (!success) return 'not a message of the feed';
      if (request.type === 'auth') {
        if (may !== undefined) return 'auth comes once';
        clearTimeout(late);
        const { ticket } = request;
        const isKnown = request.token !== null && isToken(request.token, token);
        const isLet = isKnown || (ticket !== undefined && tickets.take(ticket, Date.now()));
        may = isLet ? 'control' : 'view';
        sayHello();
        if (!isLet && ticket !== undefined) say({ type: 'refused', asked: 'auth', why: SPENT });
        stop = run.listen(hear);
        return undefined;
      }
      if (may === undefined) return 'the first message is auth';
      const why =
        may === 'view'
          ? 'This page may only watch: open it by the address that the command printed.'
          : run.ask(request);
      if (why !== undefined) say({ type: 'refused', asked: request.type, why });
      return undefined;
    },
    onClose() {
      clearTimeout(late);
      stop();
    },
    onError,
  });
}
