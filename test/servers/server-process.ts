/** A real nats-server with a configuration of a test's own, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { findNatsBinary } from '../../packages/federation/src/index.ts';
import { until } from '../e2e/dragon-process.ts';

export interface ServerProcess {
  readonly port: number;
  /** Where other servers of its cluster reach it. */
  readonly route: string | undefined;
  readonly child: ChildProcess;
  /** Returns what it has logged. */
  log(): string;
  /** Resolves when it has ended and its files are removed. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Default: a free port of the loopback. */
  readonly listen?: string | undefined;
  /** What stands for variables of the configuration. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The servers of a cluster that it is to find the others by; without them it is alone. */
  readonly routes?: readonly string[] | undefined;
  /** What is put before its command. */
  readonly inside?: readonly string[] | undefined;
}

/** Starts a server with this configuration. */
export async function startServer(config: readonly string[], options: ServerOptions = {}): Promise<ServerProcess> {
  const { listen = '127.0.0.1:-1', env, routes, inside = [] } = options;
  const binary = await findNatsBinary({ env: process.env, cacheFolder: inject('natsCacheFolder') });
  if (binary.kind === 'not-found') throw new Error(binary.advice);
  const folder = mkdtempSync(join(tmpdir(), 'dragon-server-'));
  const [file, log] = [join(folder, 'server.conf'), join(folder, 'log')];
  const cluster = routes && `cluster: { name: dragon, listen: "127.0.0.1:-1", routes: ${JSON.stringify(routes)} }`;
  const own = [`listen: "${listen}"`, `ports_file_dir: "${folder}"`, `log_file: "${log}"`, cluster ?? ''];
  writeFileSync(file, [...own, ...config].join('\n'));
  const [program, ...words] = [...inside, binary.path, '-c', file];
  const child = spawn(program, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const readLog = () => (readdirSync(folder).includes('log') ? readFileSync(log, 'utf8') : said);
  const ports = await until(() => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${readLog()}${said}`);
    const name = readdirSync(folder).find((each) => each.endsWith('.ports'));
    return name === undefined ? undefined : portsIn(readFileSync(join(folder, name), 'utf8'));
  });
  return {
    port: Number(new URL(ports.nats[0] ?? '').port),
    route: ports.cluster?.[0],
    child,
    log: readLog,
    async stop() {
      const ended = child.exitCode !== null || child.signalCode !== null;
      child.kill('SIGKILL');
      if (!ended) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Ports {
  readonly nats: readonly string[];
  readonly cluster?: readonly string[];
}

/** Undefined while the server writes them. */
function portsIn(text: string): Ports | undefined {
  try {
    return JSON.parse(text) as Ports;
  } catch {
    return undefined;
  }
}
