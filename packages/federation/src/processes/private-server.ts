/** A private NATS server: its process, started again when it ends unasked, and who ends it when we are killed. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { connect, type NatsConnection } from 'nats';
import { FederationError } from '../federation-error.ts';
import { SilenceTimer } from '../silence-timer.ts';
import { connectionOptions, type NatsAddress } from './nats-address.ts';
import { RestartLimit } from './restart-limit.ts';
import { ServerFolder } from './server-folder.ts';

export interface NatsServer {
  readonly address: NatsAddress;
  /** The process of a private server. */
  readonly pid: number | undefined;
  /** Ends a private server and removes its files; leaves another alone. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly binary: string;
  /** A folder for what the server stores, if that is to outlive it; default: one that goes with it. */
  readonly store?: string | undefined;
  /** A free port, unless given. */
  readonly port?: number | undefined;
  /**
   * Present if a server that ends unasked, or does not answer for some seconds, is to be started again on its port and
   * with what it has stored: then this is called with what happened.
   */
  readonly onRestart?: ((text: string) => void) | undefined;
  /** How long it may answer nothing, in milliseconds; default 5000. */
  readonly silenceMs?: number | undefined;
  /** Called if the server ends before `stop`, and is not started again. */
  readonly onDeath?: ((error: FederationError) => void) | undefined;
}

/** Says its number in the folder before it becomes the server, which reads the configuration after that. */
const SERVER = 'echo "$$" >"$2/pid" && exec "$1" -c "$2/server.conf" >>"$2/log" 2>&1';
/**
 * Waits until our end of its standard input closes, also because we were killed, and leaves nothing behind: a server
 * that still found its configuration has said its number by then, and one that did not ends by itself.
 */
const GUARD = `
read -r _
rm -f "$1/server.conf"
kill -9 "$(cat "$1/pid")"
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
`;
const START_MS = 10_000;
/** How long a process that was killed may take to end. */
const END_MS = 2_000;
/** A server that answers nothing for so long is killed: it is stopped, or stuck. */
const SILENCE_MS = 5_000;
/** It is asked so often in that time. */
const ASKED = 5;
/** Before it is started again, or connected to again: its port may be in use for a moment. */
const PAUSE_MS = 100;

interface End {
  readonly wasKilled: boolean;
  readonly text: string;
}

/** A process, and when it has ended. */
interface Child {
  readonly pid: number | undefined;
  readonly process: ChildProcess;
  readonly ended: Promise<End>;
}

export class PrivateServer implements NatsServer {
  readonly #options: StartOptions;
  readonly #folder: ServerFolder;
  readonly #limit = new RestartLimit();
  #server: Child | undefined;
  #guard: Child | undefined;
  #port: number | undefined;
  #watch: { stop: () => Promise<void> } | undefined;
  /** The process that was killed because it did not answer. */
  #silent: number | undefined;
  #stopping = false;

  constructor(options: StartOptions) {
    this.#options = options;
    this.#folder = new ServerFolder(options.store);
  }

  get address(): NatsAddress {
    return { url: `nats://127.0.0.1:${this.#port}`, token: this.#folder.token };
  }

  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** Resolves when it listens. Throws `no-server`, and leaves nothing behind, if it does not. */
  async start(): Promise<void> {
    const { port, onRestart, silenceMs = SILENCE_MS } = this.#options;
    try {
      this.#folder.configure(port);
      this.#startGuard();
      this.#port = await this.#firstPort();
      this.#folder.configure(this.#port);
    } catch (error) {
      await this.stop();
      throw error;
    }
    void this.#keepServer();
    void this.#keepGuard();
    if (onRestart !== undefined) this.#watch = watchServer(this.address, silenceMs, () => this.#killSilent());
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#watch?.stop();
    killProcess(this.pid);
    await endOf(this.#server);
    this.#folder.remove();
    this.#guard?.process.stdin?.destroy();
    await endOf(this.#guard);
  }

  #startServer(): Child {
    this.#server = childOf('ignore', SERVER, this.#options.binary, this.#folder.path);
    return this.#server;
  }

  #startGuard(): void {
    this.#guard = childOf('pipe', GUARD, this.#folder.path);
  }

  /** Starts the server, and once more if it is killed before it listens. */
  async #firstPort(): Promise<number> {
    for (;;) {
      const server = this.#startServer();
      const port = await this.#listening(server);
      if (port !== undefined) return port;
      this.#limit.count();
    }
  }

  /** Returns where it listens; undefined if it was killed before, and may be started again. */
  async #listening({ pid, ended }: Child): Promise<number | undefined> {
    const { binary, port: wanted, onRestart } = this.#options;
    const over = ended.then(() => 'over' as const);
    const giveUp = performance.now() + START_MS;
    let died = false;
    while (performance.now() < giveUp && !died) {
      const { port } = this.#folder;
      if (port !== undefined) return port;
      died = (await Promise.race([over, pause(5)])) === 'over';
    }
    if (died && onRestart !== undefined && this.#limit.allows && (await ended).wasKilled) return undefined;
    if (pid === undefined)
      throw new FederationError('no-server', 'could not start a shell for the NATS server: /bin/sh is needed');
    const log = this.#folder.logTail();
    if (log.includes('address already in use'))
      throw new FederationError(
        'no-server',
        `port ${wanted} on 127.0.0.1 is in use: choose another, or none for a free one`,
      );
    const what = died ? 'ended while it started' : `did not start within ${START_MS / 1_000} s`;
    throw new FederationError('no-server', `${binary} ${what}${log}`);
  }

  /** Starts the server again whenever it ends, if that is wanted, and not too often. */
  async #keepServer(): Promise<void> {
    const { onRestart, onDeath } = this.#options;
    for (;;) {
      const [pid, ended] = [this.pid, await this.#server?.ended];
      if (this.#stopping) return;
      if (onRestart === undefined || !this.#limit.allows) {
        onDeath?.(
          new FederationError('link-lost', `the NATS server (process ${pid}) died${this.#folder.logTail('fatal')}`),
        );
        return;
      }
      this.#limit.count();
      await pause(PAUSE_MS);
      if (this.#stopping) return;
      this.#startServer();
      const how = this.#silent === pid ? 'did not answer' : ended?.text;
      onRestart(`the NATS server (process ${pid}) ${how}, and was started again`);
    }
  }

  #killSilent(): void {
    this.#silent = this.pid;
    killProcess(this.pid);
  }

  /** Whoever ends the server when we are killed may be killed as well. */
  async #keepGuard(): Promise<void> {
    const limit = new RestartLimit();
    for (;;) {
      await this.#guard?.ended;
      if (this.#stopping || !limit.allows) return;
      limit.count();
      this.#startGuard();
    }
  }
}

/** Detached: a Ctrl-C in the terminal is for us, and these go when we go. Neither keeps our process alive. */
function childOf(stdin: 'pipe' | 'ignore', script: string, ...args: readonly string[]): Child {
  const options = { detached: true, stdio: [stdin, 'ignore', 'ignore'] } satisfies SpawnOptions;
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...args], options);
  const ended = new Promise<End>((resolve) => {
    child.on('exit', (code, signal) => {
      const wasKilled = signal !== null;
      resolve({ wasKilled, text: wasKilled ? `was killed by ${signal}` : `exited with code ${code}` });
    });
    child.on('error', ({ message }) => resolve({ wasKilled: false, text: `could not be started (${message})` }));
  });
  // Whatever is written to one that is gone is no news: `exit` tells.
  child.stdin?.on('error', () => undefined);
  child.unref();
  return { pid: child.pid, process: child, ended };
}

function killProcess(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

async function endOf(child: Child | undefined): Promise<void> {
  if (child === undefined) return;
  child.process.ref();
  const overTime = setTimeout(() => killProcess(child.pid), END_MS);
  await child.ended;
  clearTimeout(overTime);
}

/** Asks the server now and then whether it is there, and calls `onSilence` whenever it does not say so for long. */
function watchServer(
  address: NatsAddress,
  silenceMs: number,
  onSilence: () => void,
): { readonly stop: () => Promise<void> } {
  const askMs = silenceMs / ASKED;
  const options = { name: 'dragon watch', reconnectTimeWait: PAUSE_MS, maxReconnectAttempts: -1, timeout: askMs };
  let connection: NatsConnection | undefined;
  let asked: Promise<void> | undefined;
  let isOver = false;
  const silence = new SilenceTimer(silenceMs, () => {
    onSilence();
    silence.heard();
    silence.limit = silenceMs;
  });
  const ask = async () => {
    try {
      connection ??= await connect({ ...connectionOptions(address), ...options });
      if (isOver) await connection.close();
      await connection.rtt();
      silence.heard();
    } catch {
      // Not now, or not in time.
    }
    asked = undefined;
  };
  const asking = setInterval(() => (asked ??= ask()), askMs);
  return {
    async stop() {
      clearInterval(asking);
      silence.stop();
      isOver = true;
      // What it was asked last is not waited for: once the connection is closed, it has no answer, and no end.
      await connection?.close();
    },
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
