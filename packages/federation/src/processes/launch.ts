/**
 * Launches federates as processes of the operating system that are watched, ended together, and never outlive the
 * process that launched them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { FederationError } from '../federation-error.ts';
import { addressToEnvironment, type NatsAddress } from './nats-address.ts';
import { KEY_VARIABLE } from '../seal.ts';
import { RestartLimit } from './restart-limit.ts';
import { checkFederateName } from '../speakers.ts';

/** One process: a program and its arguments, and what it shall offer (default: what it can). */
export interface FederateCommand {
  readonly name: string;
  readonly argv: readonly [program: string, ...args: string[]];
  readonly kinds?: readonly string[] | undefined;
  readonly capacity?: number | undefined;
}

export interface LaunchOptions {
  readonly run: string;
  /** The key of the run, if it has one. */
  readonly key?: string | undefined;
  readonly address: NatsAddress;
  readonly commands: readonly FederateCommand[];
  readonly cwd?: string | undefined;
  /** The environment of the processes besides what this package adds; default: ours. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * How many may be on their way at a time: started, and not yet said to have come by `hasCome`. Default: all. Hundreds
   * that start together leave no CPU to whom they report to.
   */
  readonly atOnce?: number | undefined;
  /**
   * Whether a process that ends unasked is started again: one that is killed, or that had come and lost its server, not
   * one that says it met a bug. Default: no.
   */
  readonly restarts?: boolean | undefined;
  /** How long a process may take to end by itself when it is told to, in milliseconds; default 2000. */
  readonly graceMs?: number | undefined;
}

export interface LaunchedFederates {
  /** By federate, as far as they have been started; undefined for one that could not be. */
  readonly pids: ReadonlyMap<string, number | undefined>;
  /** To be called when a federate has come: it makes room for the next one. */
  readonly hasCome: (federate: string) => void;
  /** Kills the process of a federate that does not answer. Returns whether another one is started in its place. */
  readonly replace: (federate: string) => boolean;
  /**
   * Calls `lost` when a process ends unasked and is not started again, at once for those that already have. Fits
   * `coordinate`'s `watchLost`.
   */
  readonly watchLost: (lost: (federate: string, why: string) => void) => void;
  /** Ends all processes, SIGTERM first and SIGKILL after the grace, and resolves when none is left. */
  stop(): Promise<void>;
}

/** The exit code of a process that met a bug. */
const BUG = 70;
/** Lines of its standard error that are kept of each process. */
const TAIL_LINES = 12;

/** Starts the processes. Credentials travel in their environment, never in their command lines. */
export function launchFederates(options: LaunchOptions): LaunchedFederates {
  for (const { name } of options.commands) checkFederateName(name);
  const names = new Set(options.commands.map(({ name }) => name));
  if (names.size < options.commands.length) throw new FederationError('no-host', 'two federates have the same name');
  const federates = new Map<string, LaunchedFederate>();
  const onTheirWay = new Set<string>();
  const pids = new Map<string, number | undefined>();
  const commands = options.commands[Symbol.iterator]();
  const gone: [federate: string, why: string][] = [];
  let lost: (federate: string, why: string) => void = () => undefined;
  let stopped = false;
  const come = new Set<string>();
  const limits = new Map(options.commands.map(({ name }) => [name, new RestartLimit()]));
  const mayRestart = (name: string) => options.restarts === true && !stopped && limits.get(name)?.allows === true;
  const start = (command: FederateCommand) => {
    const federate = new LaunchedFederate(command, options);
    federates.set(federate.name, federate);
    pids.set(federate.name, federate.pid);
    void watch(federate, command);
  };
  const watch = async (federate: LaunchedFederate, command: FederateCommand) => {
    const why = await federate.lost;
    if (why === undefined) return;
    const { name, exitCode, wasKilled } = federate;
    const isAccident = wasKilled || (come.has(name) && exitCode !== 0 && exitCode !== BUG);
    if (isAccident && mayRestart(name)) {
      limits.get(name)?.count();
      start(command);
      return;
    }
    gone.push([name, why]);
    lost(name, why);
  };
  const startSome = () => {
    while (onTheirWay.size < (options.atOnce ?? options.commands.length)) {
      const next = commands.next();
      if (next.done === true) return;
      onTheirWay.add(next.value.name);
      start(next.value);
    }
  };
  const killAll = () => {
    for (const federate of federates.values()) federate.signal('SIGKILL');
  };
  process.on('exit', killAll);
  startSome();
  return {
    pids,
    hasCome(federate) {
      come.add(federate);
      if (onTheirWay.delete(federate) && !stopped) startSome();
    },
    replace(name) {
      const isReplaced = mayRestart(name);
      if (isReplaced) federates.get(name)?.signal('SIGKILL');
      return isReplaced;
    },
    watchLost(listener) {
      lost = listener;
      for (const each of gone) listener(...each);
    },
    async stop() {
      stopped = true;
      await Promise.all([...federates.values()].map((federate) => federate.stop(options.graceMs ?? 2_000)));
      process.off('exit', killAll);
    },
  };
}

class LaunchedFederate {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves at its end: with the reason, if it was not asked to end. */
  readonly lost: Promise<string | undefined>;
  /** Null while it runs, and of one that was killed. */
  exitCode: number | null = null;
  wasKilled = false;
  readonly #child: ChildProcess;
  #tail: string[] = [];
  #stopping = false;
  #ended = false;

  constructor(
    { name, argv, kinds, capacity }: FederateCommand,
    { run, key, address, cwd, env = process.env }: LaunchOptions,
  ) {
    this.name = name;
    const [program, ...args] = argv;
    const environment: Record<string, string | undefined> = {
      ...env,
      ...addressToEnvironment(address),
      DRAGON_RUN: run,
      [KEY_VARIABLE]: key,
      DRAGON_FEDERATE: name,
      DRAGON_KINDS: kinds?.join(','),
      DRAGON_CAPACITY: capacity === undefined ? undefined : String(capacity),
      // The process ends when its standard input does: the one sign of our death that needs nobody to send it.
      DRAGON_STDIN_GUARD: '1',
    };
    this.#child = spawn(program, args, { cwd, env: environment, stdio: ['pipe', 'ignore', 'pipe'] });
    this.pid = this.#child.pid;
    this.#child.stderr?.on('data', (chunk) => this.#keep(String(chunk)));
    this.#child.stdin?.on('error', () => undefined);
    this.lost = new Promise((resolve) => {
      const end = (why: string) => {
        this.#ended = true;
        resolve(this.#stopping ? undefined : why + this.#lastWords());
      };
      this.#child.on('error', (error) => end(`its process could not be started (${error.message})`));
      // Not `exit`: only with `close` has all of its standard error been read.
      this.#child.on('close', (code, signal) => {
        this.exitCode = code;
        this.wasKilled = signal !== null;
        end(`its process ${this.pid} ${signal === null ? `exited with code ${code}` : `was killed by ${signal}`}`);
      });
    });
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#ended) this.#child.kill(signal);
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#child.stdin?.end();
    this.signal('SIGTERM');
    const kill = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.lost;
    clearTimeout(kill);
  }

  #keep(text: string): void {
    this.#tail = this.#tail
      .join('\n')
      .concat(text)
      .split('\n')
      .slice(-TAIL_LINES - 1);
  }

  /** Returns what the process said last, in lines below the message; nothing if it said nothing. */
  #lastWords(): string {
    const text = this.#tail.join('\n').trim();
    return text === '' ? '' : `\n${text}`;
  }
}
