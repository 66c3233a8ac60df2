/**
 * A run of the command in processes that can be told from all others: each inherits a variable, and whoever has it is
 * of this run, also when nobody knows of it any more.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printable } from '@dragon/report';

/** What a process of a run is for. */
export const PROCESS_KINDS = ['federate', 'server', 'coordinator', 'inspector', 'guard'] as const;
export type ProcessKind = (typeof PROCESS_KINDS)[number];

const MARK = 'DRAGON_SELFTEST_RUN';
/** A process that was told to end may need so long to do it. */
const END_MS = 10_000;
const LOOK_MS = 20;

export interface EndedRun {
  /** Undefined if a signal ended it. */
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
}

/** What a run has left behind. */
export interface Leftovers {
  /** Command lines. */
  readonly processes: readonly string[];
  /** Names in its temporary folder. */
  readonly files: readonly string[];
}

export class DisturbedRun {
  readonly ended: Promise<EndedRun>;
  readonly #child: ChildProcess;
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), 'dragon-selftest-')));
  #isOver = false;

  /** `isDone`: whether what was printed is all, of a command that then waits for Ctrl-C. */
  constructor(
    argv: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
    isDone?: (out: string) => boolean,
  ) {
    const [program = '', ...args] = argv;
    const startedMs = performance.now();
    this.#child = spawn(program, args, {
      env: { ...withoutServers(env), TMPDIR: this.#folder, [MARK]: this.#folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    this.#child.stdout?.on('data', (chunk) => {
      out += String(chunk);
      if (isDone?.(out)) this.#child.kill('SIGINT');
    });
    this.#child.stderr?.on('data', (chunk) => (err += String(chunk)));
    this.ended = new Promise((resolve) => {
      const end = (code: number | null) => {
        this.#isOver = true;
        resolve({ code: code ?? undefined, out, err, ms: performance.now() - startedMs });
      };
      this.#child.on('error', () => end(null));
      this.#child.on('close', end);
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Its processes of a kind that live. */
  processes(kind: ProcessKind): number[] {
    return this.#all().filter((pid) => pid !== this.#child.pid && kindOf(commandLine(pid)) === kind);
  }

  /** Returns a process of a kind, as soon as there is one; undefined if the run ends before. */
  async oneOf(kind: ProcessKind, choose: (pids: readonly number[]) => number | undefined): Promise<number | undefined> {
    while (!this.#isOver) {
      const pids = this.processes(kind);
      if (pids.length > 0) return choose(pids);
      await pause(LOOK_MS);
    }
    return undefined;
  }

  /** Ends the command, with all that it has started. */
  kill(): void {
    for (const pid of this.#all()) sendSignal(pid, 'SIGKILL');
  }

  /** Waits a moment for what is about to end. To be called when the command has ended; then nothing is left. */
  async leftovers(): Promise<Leftovers> {
    const giveUp = performance.now() + END_MS;
    while ((this.#all().length > 0 || this.#files().length > 0) && performance.now() < giveUp) await pause(LOOK_MS);
    const left = { processes: this.#all().map((pid) => printable(commandLine(pid))), files: this.#files() };
    this.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
    return left;
  }

  #all(): number[] {
    const entry = `${MARK}=${this.#folder}`;
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && readOrEmpty(`/proc/${pid}/environ`).split('\0').includes(entry));
  }

  #files(): string[] {
    return readdirSync(this.#folder);
  }
}

/** Sends a signal to a process that may have ended. Returns whether it was there. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function kindOf(command: string): ProcessKind | undefined {
  if (command.includes('host-main')) return 'federate';
  if (command.includes('run-coordinator')) return 'coordinator';
  if (command.includes('inspector-main')) return 'inspector';
  if (!command.includes('server.conf')) return undefined;
  return command.includes('sh -c') ? 'guard' : 'server';
}

const commandLine = (pid: number) => readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A server of somebody else's is not restarted by anybody. */
function withoutServers(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('DRAGON_') && name !== 'NATS_URL'));
}

export const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
