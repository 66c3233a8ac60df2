/** The folder of a private NATS server: its configuration, its log, what it stores, and where it listens. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FederationError } from '../federation-error.ts';

/** Bytes on the disk: a run stores some megabytes, and of each thing the last two. */
const MOST_STORED = 4 * 1_073_741_824;

export class ServerFolder {
  readonly path: string;
  readonly token = randomBytes(24).toString('base64url');

  readonly #store: string;

  /** `store`: where the server stores what it is given, if that is to outlive it. Throws `no-server` without room. */
  constructor(store?: string) {
    try {
      this.path = mkdtempSync(join(tmpdir(), 'dragon-nats-'));
    } catch (error) {
      throw noRoom(error);
    }
    this.#store = store ?? this.path;
  }

  /** Writes the configuration: for a free port, unless one is given. Throws `no-server` if there is no room. */
  configure(port: number | undefined): void {
    // In a file that only we can read, for the command line of a process can be read by everybody.
    const config = [
      `listen: "127.0.0.1:${port ?? -1}"`,
      `authorization: { token: "${this.token}" }`,
      `ports_file_dir: "${this.path}"`,
      `jetstream: { store_dir: ${JSON.stringify(this.#store)}, max_file_store: ${MOST_STORED} }`,
    ];
    try {
      writeFileSync(join(this.path, 'server.conf'), `${config.join('\n')}\n`, { mode: 0o600 });
    } catch (error) {
      throw noRoom(error);
    }
  }

  /** Where the server listens. It writes the file once it does; half-written, it is no JSON yet. */
  get port(): number | undefined {
    try {
      const file = readdirSync(this.path).find((name) => name.endsWith('.ports'));
      if (file === undefined) return undefined;
      const { nats } = JSON.parse(readFileSync(join(this.path, file), 'utf8')) as { nats?: string[] };
      const port = Number(/:(\d+)$/.exec(nats?.[0] ?? '')?.[1]);
      return port > 0 ? port : undefined;
    } catch {
      return undefined;
    }
  }

  /** Returns the last line of the server's log that explains something, with a colon before it. */
  logTail(which: 'fatal' | 'any' = 'any'): string {
    const telling = which === 'fatal' ? /\[FTL\]/ : /\[(?:FTL|ERR)\]|cannot|not found/i;
    try {
      const lines = readFileSync(join(this.path, 'log'), 'utf8')
        .trim()
        .split('\n')
        .filter((line) => telling.test(line));
      return lines.length === 0 ? '' : `: ${lines.at(-1)}`;
    } catch {
      return '';
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
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
