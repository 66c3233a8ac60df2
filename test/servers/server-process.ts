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
}

/** Starts a server with this configuration. */
export async function startServer(config: readonly string[], options: ServerOptions = {}): Promise<ServerProcess> {
  const { listen = '127.0.0.1:-1', env } = options;
  const binary = await findNatsBinary({ env: process.env, cacheFolder: inject('natsCacheFolder') });
  if (binary.kind === 'not-found') throw new Error(binary.advice);
  const folder = mkdtempSync(join(tmpdir(), 'dragon-server-'));
  const [file, log] = [join(folder, 'server.conf'), join(folder, 'log')];
  const own = [`listen: "${listen}"`, `ports_file_dir: "${folder}"`, `log_file: "${log}"`];
  writeFileSync(file, [...own, `jetstream: { store_dir: "${folder}" }`, ...config].join('\n'));
  const child = spawn(binary.path, ['-c', file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const readLog = () => (readdirSync(folder).includes('log') ? readFileSync(log, 'utf8') : said);
  const stop = async () => {
    const ended = child.exitCode !== null || child.signalCode !== null;
    child.kill('SIGKILL');
    if (!ended) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  const port = await until(() => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${readLog()}${said}`);
    const ports = readdirSync(folder).find((name) => name.endsWith('.ports'));
    const found =
      ports === undefined
        ? null
        : /"nats":\s*\["(?:nats|tls):\/\/[^"]*:(\d+)"/.exec(readFileSync(join(folder, ports), 'utf8'));
    return found === null ? undefined : Number(found[1]);
  });
  return { port, child, log: readLog, stop };
}
