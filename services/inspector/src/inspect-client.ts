/**
 * One client of @xstate/inspect's protocol: shown the agents that it asked for, each at most 30 times a second and
 * never more than its connection takes. What the package itself would do with a client's messages is kept from it: one
 * client could end inspection for all, or the process.
 */
import type { Duplex } from 'node:stream';
import { createInspectMachine } from '@xstate/inspect/lib/inspectMachine.js';
import { stringifyMachine, stringifyState } from '@xstate/inspect/lib/serialize.js';
import type { WebSocket } from 'ws';
import { type AnyInterpreter, interpret, toActorRef } from 'xstate';
import * as z from 'zod';
import { AgentService } from './agent-service.ts';
import { Socket } from './socket.ts';
import type { WatchedRun } from './watched-run.ts';

/** Between two frames of an agent. */
const FRAME_MS = 1_000 / 30;

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
  readonly agents: readonly string[];
  /** Whether states shall have their context. */
  readonly context: boolean;
  readonly onError: (error: unknown) => void;
}

/** Serves a client until its connection ends. */
export function serveInspect(
  webSocket: WebSocket,
  { run, stream, agents, context, onError }: InspectClientOptions,
): void {
  const services = new Map<string, AgentService>();
  const registered = new Set<AnyInterpreter>();
  const machine = createInspectMachine({
    services: registered,
    register: (service) => void registered.add(service),
    unregister: (service) => void registered.delete(service),
    onRegister: () => ({ unsubscribe: () => undefined }),
  });
  const inspection = interpret(machine).start();
  const client = toActorRef({
    id: 'inspect-client',
    send: (event: object) => socket.send(event),
    subscribe: () => ({ unsubscribe: () => undefined }),
    getSnapshot: () => undefined,
  });
  let isInspecting = false;
  let timer: NodeJS.Timeout | undefined;
  const late = setTimeout(() => socket.end('policy', 'the first message is xstate.inspecting'), FIRST_MS);
  const flush = () => {
    for (const look of looked.take()) {
      const known = services.get(look.agent);
      const service = known ?? new AgentService(look, context);
      const shown = service.asInterpreter();
      const { id, sessionId } = service;
      service.see(look);
      if (known === undefined) {
        services.set(look.agent, service);
        registered.add(shown);
      }
      if (!isInspecting) continue;
      const state = stringifyState(shown.state);
      inspection.send(
        known === undefined
          ? { type: 'service.register', machine: stringifyMachine(shown.machine), state, id, sessionId }
          : { type: 'service.state', state, sessionId },
      );
    }
  };
  /** What is said of many agents is one write, which costs far more than what is in it. */
  const flushAtOnce = () => {
    stream.cork();
    try {
      flush();
    } finally {
      stream.uncork();
    }
  };
  const wait = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      try {
        if (socket.isSlow) wait();
        else flushAtOnce();
      } catch (error) {
        socket.end('internal', 'a bug of the inspector');
        onError(error);
      }
    }, FRAME_MS);
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
      flush();
      isInspecting = true;
      inspection.send({ type: 'xstate.inspecting', client });
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
