/** The real command in a real process, with a place of its own for temporary files, and eyes on all that it starts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { connectNats } from '../../packages/federation/src/index.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every process that a command starts inherits this variable. */
const MARK = 'DRAGON_E2E_MARK';

export interface Ended {
  /** -1 if a signal ended it. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

/** One start of the command. */
export class DragonProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Where it puts its temporary files, and nothing else is. */
  readonly folder: string;
  readonly #mark: string;

  constructor(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'dragon-e2e-')));
    this.#mark = this.folder;
    const started = performance.now();
    this.child = spawn(process.execPath, [join(ROOT, 'packages/cli/bin/dragon.mjs'), ...args], {
      cwd: ROOT,
      env: { ...withoutNats(process.env), TMPDIR: this.folder, COLUMNS: '120', [MARK]: this.#mark, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    this.child.stdout?.on('data', (chunk) => (out += String(chunk)));
    this.child.stderr?.on('data', (chunk) => (err += String(chunk)));
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code) =>
        resolve({ code: code ?? -1, out, err, seconds: (performance.now() - started) / 1_000 }),
      );
    });
  }

  /** Returns the processes it started that live, without itself: those whose command line has `word` in it. */
  started(word = ''): number[] {
    return liveProcesses(`${MARK}=${this.#mark}`).filter(
      (pid) => pid !== this.child.pid && commandLine(pid).includes(word),
    );
  }

  /** Resolves when it has started `count` such processes. */
  async untilStarted(word: string, count: number): Promise<number[]> {
    return until(() => {
      const pids = this.started(word);
      return pids.length >= count ? pids : undefined;
    });
  }

  /**
   * Resolves when the federates have exchanged so many messages over the private server that they must be in the middle
   * of the run.
   */
  async untilRunning(): Promise<void> {
    const address = await until(() => privateServer(this.folder));
    const link = await connectNats(address, { name: 'e2e eavesdropper' });
    try {
      let heard = 0;
      link.subscribe('dragon.>', () => (heard += 1));
      await until(() => (heard > 200 ? true : undefined));
    } finally {
      await link.close();
    }
  }

  /** Resolves with how it ended, having seen that no process and no file of it is left. */
  async untilGone(): Promise<Ended> {
    const ended = await this.ended;
    // A process that was told to end may need a moment to do it.
    const giveUp = performance.now() + 20_000;
    while (this.started().length > 0 && performance.now() < giveUp) await pause();
    expect(this.started().map(commandLine)).toEqual([]);
    expect(readdirSync(this.folder)).toEqual([]);
    rmSync(this.folder, { recursive: true });
    return ended;
  }
}

/** Runs the command to its end. */
export function dragon(args: readonly string[], env?: Readonly<Record<string, string | undefined>>): Promise<Ended> {
  return new DragonProcess(args, env).untilGone();
}

/** Returns a new folder for the files of a test; the caller removes it. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'dragon-e2e-files-'));
}

/** Returns the digest in a run's line of figures. */
export function digestIn(out: string): string | undefined {
  return /digest ([0-9a-f]{16})/.exec(out)?.[1];
}

export async function until<T>(look: () => T | undefined, seconds = 60): Promise<T> {
  const giveUp = performance.now() + seconds * 1_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > giveUp) throw new Error(`waited ${seconds} s in vain for: ${String(look)}`);
    await pause();
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

/** The tests say which server to use; that of whoever started them is not it. */
function withoutNats(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(?:DRAGON_|NATS_URL$|NO_COLOR$|FORCE_COLOR$)/.test(name));
  return Object.fromEntries(kept);
}

/** Processes whose environment has this entry. Linux only: elsewhere nobody can look into an environment. */
function liveProcesses(entry: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readOrEmpty(`/proc/${pid}/environ`).split('\0').includes(entry));
}

const commandLine = (pid: number) => readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended while we looked.
    return '';
  }
}

/** The address of the private server whose files are in `folder`, once it listens. */
function privateServer(folder: string): { url: string; token: string } | undefined {
  const server = readdirSync(folder).find((name) => name.startsWith('dragon-nats-'));
  if (server === undefined) return undefined;
  const files = join(folder, server);
  const token = /token: "([^"]+)"/.exec(readOrEmpty(join(files, 'server.conf')))?.[1];
  const ports = readdirSync(files).find((name) => name.endsWith('.ports'));
  const port = /:(\d+)"/.exec(ports === undefined ? '' : readOrEmpty(join(files, ports)))?.[1];
  return token === undefined || port === undefined ? undefined : { url: `nats://127.0.0.1:${port}`, token };
}
