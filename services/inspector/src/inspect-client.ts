/**
 * One client of @xstate/inspect's protocol: shown the agents that it asked for, each at most 30 times a second and
 * never more than its connection takes. What the package itself would do with a client's messages is kept from it: one
 * client could end inspection for all, or the process.
 */
import type { Duplex } from 'node:stream';
import type { AgentId } from '@dragon/engine';
import { createInspectMachine } from '@xstate/inspect/lib/inspectMachine.js';
import type { WebSocket } from 'ws';
import { interpret, toActorRef } from 'xstate';
import * as z from 'zod';
import { registerFrame, stateFrame } from './agent-frames.ts';
import { Socket } from './socket.ts';
import type { WatchedRun } from './watched-run.ts';

/** Between two frames of an agent, and at most. */
const FRAME_MS = 1_000 / 30;
const LONGEST_FRAME_MS = 100;
/** The next frames are waited for so many times as long as the last took: the rest of the time is the run's. */
const SPARED = 50;

/** How long a client may take to begin. */
const FIRST_MS = 10_000;

/** What a client may say; whatever else its message has is not looked at, and never handed on. */
const COMMAND = z.discriminatedUnion('type', [
  z.object({ type: z.literal('xstate.inspecting') }),
  z.object({ type: z.literal('xstate.event'), event: z.string().max(65_536) }),
]);

export interface InspectClientOptions {
  readonly run: WatchedRun;
  /** What the connection writes to. */
  readonly stream: Duplex;
  readonly agents: readonly AgentId[];
  /** Whether states shall have their context. */
  readonly context: boolean;
  readonly onError: (error: unknown) => void;
}

/** Serves a client until its connection ends. */
export function serveInspect(
  webSocket: WebSocket,
  { run, stream, agents, context, onError }: InspectClientOptions,
): void {
  // What the package would tell a client of its own accord: nothing, as no service of XState 4 runs here.
  const machine = createInspectMachine({
    services: new Set(),
    register: () => undefined,
    unregister: () => undefined,
    onRegister: () => ({ unsubscribe: () => undefined }),
  });
  const inspection = interpret(machine).start();
  const client = toActorRef({
    id: 'inspect-client',
    send: (event: object) => socket.send(event),
    subscribe: () => ({ unsubscribe: () => undefined }),
    getSnapshot: () => undefined,
  });
  const registered = new Set<AgentId>();
  let isInspecting = false;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = FRAME_MS;
  const late = setTimeout(() => socket.end('policy', 'the first message is xstate.inspecting'), FIRST_MS);
  /** Shows what is new. What is said of many agents is one write, which costs far more than what is in it. */
  const flush = () => {
    const startedMs = performance.now();
    stream.cork();
    try {
      for (const look of looked.take()) {
        inspection.send((registered.has(look.agent) ? stateFrame : registerFrame)(look, context));
        registered.add(look.agent);
      }
    } finally {
      stream.uncork();
    }
    waitMs = Math.min(LONGEST_FRAME_MS, Math.max(FRAME_MS, (performance.now() - startedMs) * SPARED));
  };
  const wait = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      try {
        if (socket.isSlow) wait();
        else flush();
      } catch (error) {
        socket.end('internal', 'a bug of the inspector');
        onError(error);
      }
    }, waitMs);
  };
  const looked = run.look(agents, () => {
    if (isInspecting) wait();
  });
  const socket = new Socket(webSocket, {
    onMessage(message) {
      const { success, data: command } = COMMAND.safeParse(message);
      if (!success) return 'only xstate.inspecting and xstate.event are heard here';
      // Who sends an event would have another run: that is a fork, and made elsewhere.
      if (command.type === 'xstate.event') return undefined;
      if (isInspecting) return 'xstate.inspecting comes once';
      clearTimeout(late);
      isInspecting = true;
      inspection.send({ type: 'xstate.inspecting', client });
      flush();
      return undefined;
    },
    onClose() {
      clearTimeout(timer);
      clearTimeout(late);
      looked.stop();
      inspection.stop();
    },
    onError,
  });
}
