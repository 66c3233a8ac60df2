/** Clients of the inspector for its tests: a page on the feed, and the client of @xstate/inspect for browsers. */
import type { FeedHello, FeedMessage, FeedRequest, SimulatedStep } from '@dragon/inspection';
import { createWebSocketReceiver } from '@xstate/inspect/lib/browser.js';
import { WebSocket } from 'ws';
import type { Inspector } from './inspector.ts';

/** Opens a page: what it is told, and a way to wait for more. */
export async function openPage({ port }: Pick<Inspector, 'port'>, token: string | null, ticket?: string) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/feed`);
  const told: FeedMessage[] = [];
  const closed = new Promise<number>((resolve) => {
    socket.on('close', resolve);
  });
  let wake = () => {};
  socket.on('message', (data: Buffer) => {
    told.push(JSON.parse(data.toString()) as FeedMessage);
    wake();
  });
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  /** Returns the first message that is so, of those that came and of those that will. */
  const until = async (is: (message: FeedMessage) => boolean): Promise<FeedMessage> => {
    for (let next = 0; ; next += 1) {
      while (next >= told.length)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      const message = told[next];
      if (message !== undefined && is(message)) return message;
    }
  };
  const ask = (request: FeedRequest) => socket.send(JSON.stringify(request));
  ask({ type: 'auth', token, ticket });
  const hello = (await until(({ type }) => type === 'hello')) as FeedHello;
  return { socket, told, ask, until, hello, closed };
}

/** What a client of @xstate/inspect makes of a frame. */
export interface ShownAgent {
  readonly type: string;
  readonly sessionId: string;
  readonly machine?: { readonly meta: { readonly chart: object }; readonly stateIds: readonly string[] };
  readonly state: {
    readonly value: unknown;
    readonly context: object;
    readonly _event: { readonly name: string; readonly $sim: SimulatedStep };
  };
}

/** Lets the package's own client receive; it finds the WebSocket of Node where a browser has its own. */
export function receiveAgents({ port }: Pick<Inspector, 'port'>, query: string) {
  const sockets: WebSocket[] = [];
  const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
  const own = class extends WebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  };
  Object.defineProperty(globalThis, 'WebSocket', { value: own, configurable: true, writable: true });
  const shown: ShownAgent[] = [];
  const receiver = createWebSocketReceiver({ server: `127.0.0.1:${port}/inspect?${query}`, serialize: undefined });
  receiver.subscribe((event) => void shown.push(event as unknown as ShownAgent));
  if (before === undefined) Reflect.deleteProperty(globalThis, 'WebSocket');
  else Object.defineProperty(globalThis, 'WebSocket', before);
  return { shown, socket: () => sockets[0] as WebSocket };
}
