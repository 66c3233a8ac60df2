/**
 * A Docker engine for tests: the one that answers on this machine or, where there is none and we are root, a private
 * one that leaves the machine's network and its other containers alone and is gone afterwards.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';

const PRIVATE_NEEDS = ['dockerd', 'docker', 'docker-compose', 'iptables', 'unshare', 'ip', 'ldd', 'tar'];
const START_MS = 60_000;
const STOP_MS = 30_000;

const running = new Set();

/** Asks the programs that run now to end. */
export function interrupt() {
  for (const child of running) child.kill('SIGTERM');
}

/** Runs a program to its end; resolves with its exit code, all it wrote, and what of that went to standard output. */
export function run(program, args, { input, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'], ...options });
    running.add(child);
    let output = '';
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    if (input) input.pipe(child.stdin);
    child.stdin?.on('error', () => undefined);
    child.on('exit', () => running.delete(child));
    child.on('error', (error) => resolve({ code: 127, output: `${error.message}\n`, stdout }));
    child.on('close', (code, signal) => resolve({ code: code ?? `killed by ${signal}`, output, stdout }));
  });
}

/** Returns the program's path, or undefined. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns `{ engine }`, or `{ reason }` where there is none to be had. An engine has `env` for its clients, `compose`
 * (the words that start Compose), `isPrivate`, and `stop()`. A private one has `onHostNetwork(task)`, besides:
 * containers of `compose up` get networks of their own that end at the engine, and only while a task runs can a build
 * reach the world.
 */
export async function findEngine() {
  const answers = (await run('docker', ['info'])).code === 0;
  if (answers) {
    const compose = await composeWords();
    if (compose === undefined)
      return { reason: 'there is a Docker engine, but neither docker compose nor docker-compose' };
    return { engine: { env: process.env, compose, isPrivate: false, stop: async () => undefined } };
  }
  const missing = PRIVATE_NEEDS.filter((name) => findProgram(name) === undefined);
  if (process.platform !== 'linux' || process.getuid() !== 0)
    return { reason: 'no Docker engine answers, and only root on Linux can start one' };
  if (missing.length > 0)
    return {
      reason: `no Docker engine answers, and ${missing.join(', ')} to start one is missing (Debian: apt-get install docker.io docker-compose iptables iproute2)`,
    };
  return { engine: await PrivateEngine.start() };
}

async function composeWords() {
  if ((await run('docker', ['compose', 'version'])).code === 0) return ['docker', 'compose'];
  return findProgram('docker-compose') === undefined ? undefined : ['docker-compose'];
}

class PrivateEngine {
  isPrivate = true;
  compose = ['docker-compose'];
  #folder = mkdtempSync(join(tmpdir(), 'dragon-docker-'));
  #daemon;
  #log = '';

  get env() {
    // BuildKit is a plugin that may be missing; Debian's Compose needs to be told not to ask for it.
    return { ...process.env, DOCKER_HOST: this.#socket, DOCKER_BUILDKIT: '0', COMPOSE_DOCKER_CLI_BUILD: '0' };
  }

  get #socket() {
    return `unix://${this.#folder}/docker.sock`;
  }

  static async start() {
    const engine = new PrivateEngine();
    try {
      await engine.#start(false);
      return engine;
    } catch (error) {
      await engine.stop();
      throw error;
    }
  }

  async onHostNetwork(task) {
    await this.#stopDaemon();
    await this.#start(true);
    try {
      return await task();
    } finally {
      await this.#stopDaemon();
      await this.#start(false);
    }
  }

  async stop() {
    await this.#stopDaemon();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    // Version 1 of control groups has a hierarchy for each controller.
    for (const parent of ['', ...readdirSync('/sys/fs/cgroup')]) {
      try {
        rmdirSync(join('/sys/fs/cgroup', parent, basename(this.#folder)));
      } catch {
        // Not there.
      }
    }
  }

  async #start(hostNetwork) {
    const folder = this.#folder;
    const namespaces = ['--mount', ...(hostNetwork ? [] : ['--net'])];
    // On the host's network nothing of it is touched: no bridge, no packet filter, no forwarding.
    const network = hostNetwork ? ['--iptables=false', '--ip-forward=false', '--ip-masq=false'] : [];
    const folders = { '--data-root': 'data', '--exec-root': 'exec', '--pidfile': 'pid' };
    const own = Object.entries(folders).flatMap(([option, name]) => [option, join(folder, name)]);
    const groups = `--cgroup-parent=/${basename(folder)}`;
    const daemon = ['dockerd', '--host', this.#socket, '--bridge=none', groups, ...own, ...network];
    const loopback = hostNetwork ? '' : 'ip link set lo up && ';
    // Every program replaces the one before it, so that the process we know is the daemon.
    const words = [...namespaces, 'sh', '-c', `${loopback}exec "$@"`, 'sh', ...daemon];
    this.#log = '';
    const child = spawn(findProgram('unshare'), words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#daemon = child;
    // If this process breaks down, the daemon shall not stay.
    process.once('exit', () => child.kill('SIGTERM'));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (this.#log += chunk));
    child.on('error', (error) => (this.#log += error.message));
    const giveUp = performance.now() + START_MS;
    while ((await run('docker', ['info'], { env: this.env })).code !== 0) {
      if (child.exitCode !== null || performance.now() > giveUp)
        throw new Error(
          `the private Docker engine does not start:\n${this.#log.trim().split('\n').slice(-5).join('\n')}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async #stopDaemon() {
    const child = this.#daemon;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(impatience);
  }
}
