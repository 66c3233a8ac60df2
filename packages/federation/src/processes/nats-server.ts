/** A NATS server for one run: somebody else's, or a private one on the loopback that does not outlive this process. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FederationError } from '../federation-error.ts';
import { addressFromEnvironment, type NatsAddress } from './nats-address.ts';
import { findNatsBinary, type NatsBinaryOptions } from './nats-binary.ts';
import { connectNats } from '../nats-link.ts';

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
  /** Called if the server ends before `stop`. */
  readonly onDeath?: ((error: FederationError) => void) | undefined;
}

/**
 * Lives as long as the server, and ends it when our end of its standard input closes: also when we are killed. Node
 * closes that end too when the server has ended by itself: we read the log then, before it goes.
 */
const KEEPER = `
"$1" -c "$2/server.conf" >"$2/log" 2>&1 </dev/null &
server=$!
echo "$server"
exec 3<&0
( read -r _ <&3; kill -9 "$server" 2>/dev/null || sleep 1; rm -rf "$2" ) >/dev/null 2>&1 &
exec 3<&- </dev/null
wait "$server"
`;
const START_MS = 10_000;
/** How long a server and its keeper may take to end. */
const END_MS = 2_000;

/**
 * Returns the server at NATS_URL (see `addressFromEnvironment`) if that is set, or starts one with a binary found or
 * downloaded. Throws `no-server`, saying what to do, if nobody answers at the URL. Without URL and binary it returns
 * the advice instead.
 */
export async function openNatsServer(
  options: NatsBinaryOptions & Omit<StartOptions, 'binary'>,
): Promise<NatsServer | { readonly advice: string }> {
  const address = addressFromEnvironment(options.env);
  if (address !== undefined) {
    const link = await connectNats(address, { name: 'dragon probe' });
    await link.close();
    return { address, pid: undefined, stop: () => Promise.resolve() };
  }
  const binary = await findNatsBinary(options);
  if (binary.kind === 'not-found') return { advice: binary.advice };
  return startNatsServer({ ...options, binary: binary.path });
}

/** Starts a private server on 127.0.0.1 with a random token, and returns when it listens. */
export async function startNatsServer({ binary, port, onDeath }: StartOptions): Promise<NatsServer> {
  const token = randomBytes(24).toString('base64url');
  const folder = temporaryFolder();
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // In a file that only we can read, for the command line of a process can be read by everybody.
  const config = [
    `listen: "127.0.0.1:${port ?? -1}"`,
    `authorization: { token: "${token}" }`,
    `ports_file_dir: "${folder}"`,
    `jetstream: { store_dir: "${folder}" }`,
  ];
  try {
    writeFileSync(join(folder, 'server.conf'), `${config.join('\n')}\n`, { mode: 0o600 });
  } catch (error) {
    remove();
    throw noRoom(error);
  }
  // Detached: a Ctrl-C in the terminal is for us, and the server goes when we go.
  const options: SpawnOptions = { detached: true, stdio: ['pipe', 'pipe', 'ignore'] };
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'sh', binary, folder], options);
  const ended = whenEnded(keeper);
  let server: number | undefined;
  const killNow = () => keeper.stdin?.destroy();
  process.on('exit', killNow);
  let stopping = false;
  const end = async () => {
    stopping = true;
    process.off('exit', killNow);
    keeper.ref();
    killNow();
    // Half of a keeper may be gone, and what is left of it wait for ever.
    const [inTime, overTime] = [
      setTimeout(() => killProcess(server), END_MS / 4),
      setTimeout(() => killGroup(keeper), END_MS),
    ];
    await ended;
    clearTimeout(inTime);
    clearTimeout(overTime);
    remove();
  };
  try {
    const pid = await serverPid(keeper, ended);
    server = pid;
    const listening = await portOf(folder, ended, port, binary);
    void ended.then(() => {
      if (stopping) return;
      const log = tail(folder, /\[FTL\]/);
      remove();
      onDeath?.(new FederationError('link-lost', `the NATS server (process ${pid}) died${log}`));
    });
    return { address: { url: `nats://127.0.0.1:${listening}`, token }, pid, stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

function killProcess(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** The keeper is the first of a group of its own; whoever left it is not in it. */
function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) killProcess(-pid);
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'dragon-nats-'));
  } catch (error) {
    throw noRoom(error);
  }
}

/** The system's reason is the first part of Node's message, before the call and its path. */
function noRoom(error: unknown): FederationError {
  const [reason] = error instanceof Error ? error.message.split(', ') : [String(error)];
  return new FederationError(
    'no-server',
    `the NATS server needs a folder in ${tmpdir()}: ${reason}; make room there, or set TMPDIR to another folder`,
  );
}

function whenEnded(keeper: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    keeper.on('exit', () => resolve());
    keeper.on('error', () => resolve());
    // Writing to a keeper that is gone is no news: `exit` tells.
    keeper.stdin?.on('error', () => undefined);
  });
}

async function serverPid(keeper: ChildProcess, ended: Promise<void>): Promise<number> {
  const line = new Promise<string>((resolve) => keeper.stdout?.once('data', (chunk) => resolve(String(chunk))));
  const pid = Number(await Promise.race([line, ended]));
  if (!(pid > 0))
    throw new FederationError('no-server', 'could not start a shell for the NATS server: /bin/sh is needed');
  // An open pipe would keep this process alive.
  keeper.stdout?.destroy();
  keeper.unref();
  return pid;
}

async function portOf(
  folder: string,
  ended: Promise<void>,
  wanted: number | undefined,
  binary: string,
): Promise<number> {
  const over = ended.then(() => 'over' as const);
  const giveUp = performance.now() + START_MS;
  let died = false;
  while (performance.now() < giveUp) {
    const port = readPort(folder);
    if (port !== undefined) return port;
    const pause = new Promise<void>((resolve) => void setTimeout(resolve, 5));
    if ((await Promise.race([over, pause])) === 'over') {
      died = true;
      break;
    }
  }
  const log = tail(folder);
  if (/address already in use/.test(log))
    throw new FederationError(
      'no-server',
      `port ${wanted} on 127.0.0.1 is in use: choose another, or none for a free one`,
    );
  const what = died ? 'ended while it started' : `did not start within ${START_MS / 1_000} s`;
  throw new FederationError('no-server', `${binary} ${what}${log}`);
}

/** The server writes the file once it listens; half-written, it is no JSON yet. */
function readPort(folder: string): number | undefined {
  try {
    const file = readdirSync(folder).find((name) => name.endsWith('.ports'));
    if (file === undefined) return undefined;
    const { nats } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { nats?: string[] };
    const port = Number(/:(\d+)$/.exec(nats?.[0] ?? '')?.[1]);
    return port > 0 ? port : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the last line of the server's log that explains something, with a colon before it. */
function tail(folder: string, telling = /\[(?:FTL|ERR)\]|cannot|not found/i): string {
  try {
    const lines = readFileSync(join(folder, 'log'), 'utf8')
      .trim()
      .split('\n')
      .filter((line) => telling.test(line));
    return lines.length === 0 ? '' : `: ${lines.at(-1)}`;
  } catch {
    return '';
  }
}
