/**
 * The page's end of the feed: says who it is, follows the run that the inspector's process watches, asks it for what a
 * person wants, and comes back when it is lost.
 */
import {
  FEED_PATH,
  type FeedControl,
  type FeedEdge,
  type FeedEnded,
  type FeedHello,
  type FeedMessage,
  type FeedPace,
  type FeedRequest,
  type FeedWaiting,
  TRACE_PATH,
  type UpdateLag,
} from '@dragon/inspection';
import { foreignJson } from '@dragon/report';
import { signal } from '@preact/signals';
import type { ExpectedEnd } from './boot.ts';
import type { Ask, RunLimit } from './worker-protocol.ts';

/** Where the token is kept: a cookie would go to every port of the machine. */
const TOKEN = 'dragon-token';
/** Seconds until the next try, and the most. */
const FIRST_RETRY_S = 1;
const MOST_RETRY_S = 16;

export type FeedStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** `retryAt`: milliseconds of `performance.now`. */
  | { readonly kind: 'lost'; readonly why: string; readonly retryAt: number };

export class FeedClient {
  readonly status = signal<FeedStatus>({ kind: 'connecting' });
  readonly hello = signal<FeedHello | undefined>(undefined);
  readonly pace = signal<FeedPace | undefined>(undefined);
  /** Who of a distributed run is not there yet. */
  readonly waiting = signal<FeedWaiting | undefined>(undefined);
  readonly ended = signal<FeedEnded | undefined>(undefined);
  /** One sentence: why the last request was refused. */
  readonly refused = signal<string | undefined>(undefined);
  /** How much less the page shows than it is told; undefined if it keeps up. */
  readonly lag = signal<UpdateLag | undefined>(undefined);
  /** How often it was told that the run has gone on. */
  edges = 0;
  readonly #tellEnd: (end: ExpectedEnd) => void;
  readonly #ask: (question: Ask) => void;
  #token: string | null;
  /** It is shown once: what it is good for is in the answer. */
  #ticket: string | undefined;
  #socket: WebSocket | undefined;
  #retrySeconds = FIRST_RETRY_S;
  /** The plan that the run worker executes, as it came. */
  #opened = '';

  /** `tellEnd` is told how the run ended, when it has. */
  constructor(ask: (question: Ask) => void, tellEnd: (end: ExpectedEnd) => void) {
    this.#tellEnd = tellEnd;
    this.#ask = ask;
    const { token, ticket } = takenFromAddress();
    this.#token = token ?? sessionStorage.getItem(TOKEN);
    this.#ticket = ticket ?? undefined;
    if (token !== null) sessionStorage.setItem(TOKEN, token);
    this.#connect();
  }

  /** Whether the run can be asked for this, by this page. */
  can(control: FeedControl): boolean {
    const hello = this.hello.value;
    return this.status.value.kind === 'open' && hello?.may === 'control' && hello.controls.includes(control);
  }

  send(request: FeedRequest): void {
    this.refused.value = undefined;
    this.#socket?.send(JSON.stringify(request));
  }

  /** The token, for requests that change something. */
  get token(): string | null {
    return this.#token;
  }

  #connect(): void {
    this.status.value = { kind: 'connecting' };
    const socket = new WebSocket(new URL(FEED_PATH, location.href.replace('http', 'ws')));
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.send({ type: 'auth', token: this.#token, ticket: this.#ticket });
      this.#ticket = undefined;
    });
    socket.addEventListener('message', ({ data }) => this.#take(foreignJson(String(data)) as unknown as FeedMessage));
    socket.addEventListener('close', () => this.#lose('The inspector is not there any more.'));
  }

  #lose(why: string): void {
    const seconds = this.#retrySeconds;
    this.#retrySeconds = Math.min(MOST_RETRY_S, seconds * 2);
    this.status.value = { kind: 'lost', why, retryAt: performance.now() + seconds * 1_000 };
    setTimeout(() => this.#connect(), seconds * 1_000);
  }

  #take(message: FeedMessage): void {
    switch (message.type) {
      case 'hello':
        this.#greet(message);
        break;
      case 'edge':
        this.edges += 1;
        this.waiting.value = undefined;
        if (this.ended.value === undefined) this.#limit(message);
        break;
      case 'pace':
        this.pace.value = message;
        break;
      case 'waiting':
        this.waiting.value = message;
        break;
      case 'ended':
        this.#end(message);
        break;
      case 'lost':
        this.status.value = { kind: 'lost', why: message.why, retryAt: Number.POSITIVE_INFINITY };
        break;
      case 'refused':
        this.refused.value = message.why;
        break;
    }
  }

  #greet(hello: FeedHello): void {
    this.#retrySeconds = FIRST_RETRY_S;
    this.status.value = { kind: 'open' };
    if (hello.token !== null) {
      this.#token = hello.token;
      sessionStorage.setItem(TOKEN, hello.token);
    }
    this.hello.value = hello;
    this.pace.value = hello.pace;
    this.ended.value = hello.ended ?? undefined;
    if (hello.ended !== null) this.#tellEnd(hello.ended);
    if (hello.trace !== null) this.#readTrace(hello.trace);
    if (hello.plan === null) return;
    // The same run goes on where it was: what was missed is made from its plan.
    const plan = JSON.stringify(hello.plan);
    if (plan === this.#opened) {
      this.#limit(hello.edge);
      return;
    }
    this.#opened = plan;
    const limit = hello.ended === null ? this.#limitAt(hello.edge) : null;
    const source = { kind: 'plan', plan: hello.plan, ...(hello.run ?? { heading: '', command: {} }) } as const;
    this.#ask({ kind: 'open', run: 'main', source, limit });
  }

  /** Once: a file does not go on. */
  #readTrace(name: string): void {
    if (this.#opened === name) return;
    this.#opened = name;
    this.#ask({ kind: 'open', run: 'main', source: { kind: 'trace', name, file: TRACE_PATH }, limit: null });
  }

  #limit(edge: FeedEdge): void {
    this.#ask({ kind: 'limit', run: 'main', limit: this.ended.value === undefined ? this.#limitAt(edge) : null });
  }

  #limitAt({ at, events, digest }: FeedEdge): RunLimit {
    return { before: at, events: this.hello.value?.cut === 'events' ? events : null, digest };
  }

  /** The end is made here, too, and must be the same. */
  #end(ended: FeedEnded): void {
    this.ended.value = ended;
    this.#ask({ kind: 'limit', run: 'main', limit: null });
    this.#tellEnd(ended);
  }
}

/** Returns the token or the ticket that the address has, and takes them out of it: neither is to be seen or copied. */
function takenFromAddress(): { readonly token: string | null; readonly ticket: string | null } {
  const address = new URL(location.href);
  const { searchParams } = address;
  const taken = { token: searchParams.get('token'), ticket: searchParams.get('ticket') };
  if (taken.token === null && taken.ticket === null) return taken;
  searchParams.delete('token');
  searchParams.delete('ticket');
  history.replaceState(history.state, '', address);
  return taken;
}
