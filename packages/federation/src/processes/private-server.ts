/** A private NATS server: its process, started again when it ends unasked, and who ends it when we are killed. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { connect, type NatsConnection } from 'nats';
import { FederationError } from '../federation-error.ts';
import { SilenceTimer } from '../silence-timer.ts';
import { connectionOptions, type NatsAddress } from './nats-address.ts';
import { RestartBudget } from './restart-budget.ts';
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
  /** A free port, unless given. */
  readonly port?: number | undefined;
  /**
   * Present if a server that ends unasked, or does not answer for some seconds, is to be started again on its port and
   * with what it has stored: then this is called with what happened.
   */
  readonly onRestart?: ((text: string) => void) | undefined;
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
const ASK_MS = 1_000;
/** How much longer each restart waits than the one before it. */
const PAUSE_MS = 200;

/** A process, and when it has ended. */
interface Child {
  readonly pid: number | undefined;
  readonly process: ChildProcess;
  readonly ended: Promise<string>;
}

export class PrivateServer implements NatsServer {
  readonly #options: StartOptions;
  readonly #folder = new ServerFolder();
  readonly #budget = new RestartBudget();
  #server: Child | undefined;
  #guard: Child | undefined;
  #port: number | undefined;
  #watch: { stop: () => Promise<void> } | undefined;
  /** The process that was killed because it did not answer. */
  #silent: number | undefined;
  #stopping = false;

  constructor(options: StartOptions) {
    this.#options = options;
  }

  get address(): NatsAddress {
    return { url: `nats://127.0.0.1:${this.#port}`, token: this.#folder.token };
  }

  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** Resolves when it listens. Throws `no-server`, and leaves nothing behind, if it does not. */
  async start(): Promise<void> {
    const { port, onRestart } = this.#options;
    try {
      this.#folder.configure(port);
      this.#startGuard();
      const server = this.#startServer();
      this.#port = await this.#listening(server);
      if (onRestart !== undefined) this.#watch = await watchServer(this.address, () => this.#killSilent());
    } catch (error) {
      await this.stop();
      throw error;
    }
    void this.#keepServer();
    void this.#keepGuard();
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

  async #listening({ pid, ended }: Child): Promise<number> {
    const { binary, port: wanted } = this.#options;
    const over = ended.then(() => 'over' as const);
    const giveUp = performance.now() + START_MS;
    let died = false;
    while (performance.now() < giveUp && !died) {
      const { port } = this.#folder;
      if (port !== undefined) return port;
      died = (await Promise.race([over, pause(5)])) === 'over';
    }
    if (pid === undefined)
      throw new FederationError('no-server', 'could not start a shell for the NATS server: /bin/sh is needed');
    const log = this.#folder.logTail();
    if (/address already in use/.test(log))
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
      if (onRestart === undefined || !this.#budget.isLeft) {
        onDeath?.(
          new FederationError('link-lost', `the NATS server (process ${pid}) died${this.#folder.logTail(/\[FTL\]/)}`),
        );
        return;
      }
      await pause(this.#budget.take() * PAUSE_MS);
      if (this.#stopping) return;
      this.#folder.configure(this.#port);
      this.#startServer();
      const how = this.#silent === pid ? 'did not answer' : ended;
      onRestart(`the NATS server (process ${pid}) ${how}, and was started again`);
    }
  }

  #killSilent(): void {
    this.#silent = this.pid;
    killProcess(this.pid);
  }

  /** Whoever ends the server when we are killed may be killed as well. */
  async #keepGuard(): Promise<void> {
    const budget = new RestartBudget();
    for (;;) {
      await this.#guard?.ended;
      if (this.#stopping || !budget.isLeft) return;
      budget.take();
      this.#startGuard();
    }
  }
}

/** Detached: a Ctrl-C in the terminal is for us, and these go when we go. Neither keeps our process alive. */
function childOf(stdin: 'pipe' | 'ignore', script: string, ...args: readonly string[]): Child {
  const options = { detached: true, stdio: [stdin, 'ignore', 'ignore'] } satisfies SpawnOptions;
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...args], options);
  const ended = new Promise<string>((resolve) => {
    child.on('exit', (code, signal) =>
      resolve(signal === null ? `exited with code ${code}` : `was killed by ${signal}`),
    );
    child.on('error', ({ message }) => resolve(`could not be started (${message})`));
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
async function watchServer(address: NatsAddress, onSilence: () => void): Promise<{ stop: () => Promise<void> }> {
  const options = { name: 'dragon watch', reconnectTimeWait: PAUSE_MS, maxReconnectAttempts: -1, timeout: ASK_MS };
  const connection: NatsConnection = await connect({ ...connectionOptions(address), ...options });
  const silence = new SilenceTimer(SILENCE_MS, () => {
    onSilence();
    silence.heard();
    silence.limit = SILENCE_MS;
  });
  const ask = () =>
    connection.rtt().then(
      () => silence.heard(),
      () => undefined,
    );
  const asking = setInterval(() => void ask(), ASK_MS);
  return {
    stop() {
      clearInterval(asking);
      silence.stop();
      return connection.close();
    },
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
