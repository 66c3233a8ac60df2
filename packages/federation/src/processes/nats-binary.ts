/**
 * The nats-server binary: one that is installed, or Debian's, unpacked into a cache folder without touching the system.
 */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { errorText, FederationError } from '../federation-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface NatsBinaryOptions {
  readonly env: Environment;
  /** Where a downloaded server is kept, as in `<project>/.cache/nats-server`. */
  readonly cacheFolder: string;
  /** False: look only, download nothing. */
  readonly download?: boolean | undefined;
}

/** A path, or why there is none and what to do about it, in one line. */
export type NatsBinary =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'not-found'; readonly advice: string };

const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];
const ADVICE =
  'install nats-server (apt install nats-server, brew install nats-server, or docker run --rm -p 127.0.0.1:4222:4222 nats:2.12 with NATS_URL=nats://127.0.0.1:4222), or set NATS_URL or NATS_SERVER_BIN';

/**
 * Looks in NATS_SERVER_BIN, PATH, the usual places, and the cache; then downloads Debian's package, which needs apt-get
 * and dpkg-deb but not root. Throws `no-server` if NATS_SERVER_BIN names something that cannot be run.
 */
export async function findNatsBinary(options: NatsBinaryOptions): Promise<NatsBinary> {
  const { env, cacheFolder, download = true } = options;
  const named = env['NATS_SERVER_BIN'];
  if (named) {
    if (isExecutable(named)) return { kind: 'found', path: named };
    throw new FederationError('no-server', `NATS_SERVER_BIN is ${named}, which is not a program: correct or unset it`);
  }
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...USUAL_FOLDERS];
  const cached = join(cacheFolder, 'usr', 'sbin', 'nats-server');
  const installed = [...folders.map((folder) => join(folder, 'nats-server')), cached].find(isExecutable);
  if (installed !== undefined) return { kind: 'found', path: installed };
  if (!download || !folders.some((folder) => isExecutable(join(folder, 'apt-get'))))
    return { kind: 'not-found', advice: `there is no nats-server on this machine: ${ADVICE}` };
  try {
    await downloadDebian(cacheFolder);
    return { kind: 'found', path: cached };
  } catch (error) {
    return { kind: 'not-found', advice: `could not download nats-server (${errorText(error)}): ${ADVICE}` };
  }
}

async function downloadDebian(cacheFolder: string): Promise<void> {
  mkdirSync(dirname(cacheFolder), { recursive: true });
  // Complete or absent: everything happens in a folder of our own, which takes its name when it is done.
  const folder = mkdtempSync(`${cacheFolder}.`);
  try {
    await downloadPackage(folder);
    const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get left no package');
    const unpacked = join(folder, 'unpacked');
    await execute('dpkg-deb', ['-x', join(folder, archive), unpacked], folder);
    if (!isExecutable(join(unpacked, 'usr', 'sbin', 'nats-server')))
      throw new Error('the package holds no nats-server');
    takeName(unpacked, cacheFolder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function downloadPackage(folder: string): Promise<void> {
  try {
    await execute('apt-get', ['download', 'nats-server'], folder);
  } catch (error) {
    // A fresh container has no package lists, and only root can fetch them.
    if (process.getuid?.() !== 0) throw error;
    await execute('apt-get', ['update'], folder);
    await execute('apt-get', ['download', 'nats-server'], folder);
  }
}

function takeName(unpacked: string, cacheFolder: string): void {
  try {
    renameSync(unpacked, cacheFolder);
  } catch (error) {
    // Somebody else was faster, or an older attempt left something that is not a server.
    if (isExecutable(join(cacheFolder, 'usr', 'sbin', 'nats-server'))) return;
    if (!existsSync(cacheFolder)) throw error;
    rmSync(cacheFolder, { recursive: true, force: true });
    renameSync(unpacked, cacheFolder);
  }
}

function execute(program: string, args: readonly string[], cwd: string): Promise<void> {
  const options = { cwd, timeout: 120_000, env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' } };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(/^E: .*/m.exec(stderr)?.[0] ?? error.message.split('\n', 1)[0]));
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
