/** The main program of a federate's process: from its environment to its exit code. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type AgentDefinition, AgentFault } from '@dragon/engine';
import { runFederate } from '../federate.ts';
import { FederationError } from '../federation-error.ts';
import { plainText } from '../plain-text.ts';
import { keyFromEnvironment } from '../seal.ts';
import { addressFromEnvironment } from './nats-address.ts';
import { connectNats } from '../nats-link.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How long a process waits for a server and for a coordinator: containers of one composition start in any order. */
const START_MS = 60_000;

/**
 * Takes part in one run and ends the process: with 0 after the run, 1 if it failed outside the model, 70 for a bug.
 *
 * The environment gives the server (DRAGON_NATS_URL and its companions, see `NatsAddress`; default
 * nats://127.0.0.1:4222), the run (DRAGON_RUN, default `main`), its key (DRAGON_RUN_KEY, default: none), this
 * federate's name (DRAGON_FEDERATE, default: one of its own), the kinds it offers (DRAGON_KINDS, default: all it
 * knows), and how many agents it takes (DRAGON_CAPACITY, default: any number).
 */
export async function federateMain(definitions: readonly AgentDefinition[]): Promise<never> {
  try {
    await run(definitions, process.env);
    process.exit(0);
  } catch (error) {
    const { exitCode, text } = failureOf(error);
    process.stderr.write(`${plainText(text)}\n`);
    process.exit(exitCode);
  }
}

/** A bug in an agent names its event, a failure of the federation what to do; of anything else the stack is told. */
function failureOf(error: unknown): { readonly exitCode: number; readonly text: string } {
  if (error instanceof AgentFault) return { exitCode: 70, text: error.message };
  if (error instanceof FederationError) return { exitCode: 1, text: error.message };
  return { exitCode: 70, text: `this is a bug: ${error instanceof Error ? error.stack : String(error)}` };
}

async function run(definitions: readonly AgentDefinition[], env: Environment): Promise<void> {
  const stop = stopSignal(env);
  const name = env['DRAGON_FEDERATE'] || ownName(definitions);
  const capacity = capacityOf(env['DRAGON_CAPACITY']);
  const address = addressFromEnvironment(env) ?? { url: 'nats://127.0.0.1:4222' };
  const link = await connectNats(address, { name, retryMs: START_MS, signal: stop });
  link.onTrouble(({ kind, text }) => {
    // What ends it is said at its end.
    if (kind !== 'lost' && kind !== 'denied') process.stderr.write(`federate ${name}: ${text}\n`);
  });
  await runFederate(link, {
    name,
    run: env['DRAGON_RUN'] || 'main',
    openStore: () => link.openStore(env['DRAGON_RUN'] || 'main'),
    definitions: new Map(definitions.map((definition) => [definition.kind, definition])),
    kinds: env['DRAGON_KINDS'] ? env['DRAGON_KINDS'].split(',') : undefined,
    capacity,
    joinMs: START_MS,
    signal: stop,
    key: keyFromEnvironment(env),
    onBadFrames: (text) => process.stderr.write(`federate ${name} ${text}\n`),
  });
  await link.close();
}

/** Returns a signal for SIGTERM, SIGINT, and, where the launcher holds our standard input, its end. */
function stopSignal(env: Environment): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once('SIGTERM', stop);
  if (env['DRAGON_STDIN_GUARD']) {
    process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
    // A Ctrl-C in the terminal reaches everybody; what it means is for the launcher to say.
    process.on('SIGINT', () => undefined);
  } else {
    process.once('SIGINT', stop);
  }
  return controller.signal;
}

/** Returns a name that no other process has, wherever it runs. */
function ownName(definitions: readonly AgentDefinition[]): string {
  const kind = definitions.length === 1 ? definitions[0]?.kind : 'federate';
  return `${kind}-${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`
    .replaceAll(/[^\w-]/g, '-')
    .slice(-128);
}

function capacityOf(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const capacity = Number(text);
  if (Number.isSafeInteger(capacity) && capacity > 0) return capacity;
  throw new FederationError('no-host', `DRAGON_CAPACITY is ${text}: give a whole number from 1 on, or leave it out`);
}
