/**
 * The coordinator as a child of this process: started, started again when it is killed or stands still, and ended with
 * us. What it has handed on comes once, and in order, however often it is started.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { VirtualTime } from '@dragon/engine';
import { FederationError, type LaunchedFederates, RestartLimit, SilenceTimer } from '@dragon/federation';
import { bundledPrograms, commandLine } from '../bundle/bundled-programs.ts';
import { errorFromData } from '../many-runs/error-data.ts';
import type { CoordinatorTask, FromCoordinator, RunOver, ToCoordinator } from './coordinator-messages.ts';
import type { OutputReceiver } from './output-receiver.ts';

export interface CoordinatorProcessOptions {
  readonly task: CoordinatorTask;
  /** Stops the run; with the signal's reason, if that is a FederationError. */
  readonly signal: AbortSignal;
  readonly outputs: OutputReceiver;
  readonly federates: Pick<LaunchedFederates, 'hasCome' | 'replace' | 'watchLost'>;
  readonly cwd: string;
  /** Called when all federates are there. */
  readonly onPlacing: () => void;
  readonly onProgress: (at: VirtualTime, events: number) => void;
  readonly onNotice: (text: string) => void;
}

/** How long it may take to start: it waits for a CPU, as those that it is to coordinate do. */
const START_MS = 60_000;
/** How long it may be silent then. Each time, as it may be the machine, it may be twice as long. */
const SILENCE_MS = 5_000;
/** How long it may take to end by itself. */
const GRACE_MS = 2_000;

/** Resolves with what the run came to, when the coordinator has ended. Rejects with a `FederationError`. */
export async function runCoordinator(options: CoordinatorProcessOptions): Promise<RunOver> {
  const argv = commandLine((await bundledPrograms())('run-coordinator'));
  return new Promise((resolve, reject) => {
    const settle = (error: unknown, over?: RunOver) => (over === undefined ? reject(error) : resolve(over));
    new CoordinatorProcess(argv, options, settle).start();
  });
}

class CoordinatorProcess {
  readonly #argv: readonly [program: string, ...args: string[]];
  readonly #options: CoordinatorProcessOptions;
  readonly #settle: (error: unknown, over?: RunOver) => void;
  readonly #restarts = new RestartLimit();
  readonly #kill = () => void this.#child?.kill('SIGKILL');
  readonly #stop = () => this.#askToStop();
  #child: ChildProcess | undefined;
  #starts = 0;
  #silenceMs = SILENCE_MS;
  #over: RunOver | undefined;
  #failure: Error | undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor(
    argv: readonly [program: string, ...args: string[]],
    options: CoordinatorProcessOptions,
    settle: (error: unknown, over?: RunOver) => void,
  ) {
    this.#argv = argv;
    this.#options = options;
    this.#settle = settle;
    process.on('exit', this.#kill);
    options.signal.addEventListener('abort', this.#stop);
  }

  start(): void {
    const { task, federates, outputs, cwd, signal } = this.#options;
    const [program, ...args] = this.#argv;
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced' });
    this.#child = child;
    const silence = new SilenceTimer(START_MS, () => {
      this.#silenceMs *= 2;
      child.kill('SIGKILL');
    });
    let words = '';
    let arrived = 0;
    outputs.begin();
    child.stderr?.on('data', (chunk) => {
      words = (words + String(chunk)).slice(-4_096);
    });
    child.on('message', (message: FromCoordinator) => {
      silence.heard();
      if (silence.limit !== this.#silenceMs) silence.limit = this.#silenceMs;
      try {
        this.#take(message);
      } catch (error) {
        this.#fail(error);
      }
      if (message.kind !== 'outputs' && message.kind !== 'over') return;
      arrived += 1;
      this.#tell({ kind: 'arrived', count: arrived });
    });
    child.on('error', (error) => {
      silence.stop();
      this.#end(`its process could not be started (${error.message})`, false);
    });
    // Not `exit`: only with `close` has all that it said been read.
    child.on('close', (code, killedBy) => {
      silence.stop();
      const how = killedBy === null ? `exited with code ${code}` : `was killed by ${killedBy}`;
      if (words.trim() !== '' && killedBy === null) this.#failure ??= new Error(words.trim());
      this.#end(`its process ${child.pid} ${how}`, killedBy !== null);
    });
    // Those that were there when an earlier one of ours was killed still are.
    const awaitsFederates = task.awaitsFederates && this.#starts === 0;
    this.#starts += 1;
    this.#tell({ kind: 'run', task: { ...task, awaitsFederates } });
    federates.watchLost((federate, why) => this.#tell({ kind: 'lost', federate, why }));
    if (signal.aborted) this.#stop();
  }

  #take(message: FromCoordinator): void {
    const { outputs, federates, onPlacing, onProgress, onNotice } = this.#options;
    switch (message.kind) {
      case 'alive':
        return;
      case 'outputs':
        outputs.take(message.outputs);
        return;
      case 'over':
        this.#over = message.over;
        this.#killLater();
        return;
      case 'resumes':
        outputs.begin(message.handedOn);
        return;
      case 'come':
        federates.hasCome(message.federate);
        return;
      case 'placing':
        onPlacing();
        return;
      case 'silent':
        if (!federates.replace(message.federate))
          this.#tell({
            kind: 'lost',
            federate: message.federate,
            why: 'it does not answer, however often it is started',
          });
        return;
      case 'progress':
        onProgress(message.at, message.events);
        return;
      case 'notice':
        onNotice(message.text);
        return;
      case 'failed':
        this.#failure = errorFromData(message.error);
    }
  }

  #tell(message: ToCoordinator): void {
    // Whoever is gone hears nothing, which `close` tells us.
    if (this.#child?.connected) this.#child.send(message, () => undefined);
  }

  #askToStop(): void {
    this.#tell({ kind: 'stop', why: this.#stopReason().message });
    this.#killLater();
  }

  #stopReason(): FederationError {
    const reason: unknown = this.#options.signal.reason;
    if (reason instanceof FederationError) return reason;
    return new FederationError('aborted', `run ${this.#options.task.run} was stopped`);
  }

  #killLater(): void {
    this.#grace ??= setTimeout(this.#kill, GRACE_MS);
  }

  /** A bug of ours, on this side. */
  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.#kill();
  }

  #end(why: string, wasKilled: boolean): void {
    const { task, signal, onNotice } = this.#options;
    if (this.#over !== undefined) this.#finish(undefined, this.#over);
    else if (signal.aborted) this.#finish(this.#stopReason());
    else if (this.#failure !== undefined) this.#finish(this.#failure);
    else if (task.recovers && wasKilled && this.#restarts.allows) {
      this.#restarts.count();
      onNotice('the coordinator was started again');
      this.start();
    } else this.#finish(new FederationError('lost-coordinator', `the coordinator is lost: ${why}`));
  }

  #finish(error: unknown, over?: RunOver): void {
    clearTimeout(this.#grace);
    process.off('exit', this.#kill);
    this.#options.signal.removeEventListener('abort', this.#stop);
    this.#settle(error, over);
  }
}
