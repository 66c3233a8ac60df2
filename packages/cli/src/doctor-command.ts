/** `dragon doctor`: what this machine has, what is missing, and how to get it. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, platform, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  addressFromEnvironment,
  connectNats,
  FederationError,
  findNatsBinary,
  publicUrl,
  startNatsServer,
} from '@dragon/federation';
import { EXIT, textTable, unwritableFile, wrap } from '@dragon/report';
import type { CommandContext } from './command-context.ts';
import { CACHE, IS_INSTALLED, NATS_CACHE, projectUrl, ROOT } from './project-paths.ts';
import { PROGRAM_VERSION } from './program-version.ts';

/** Returns the exit code: 0 if a distributed run is possible, and what it needs can be kept for the next. */
export async function doctor({ terminal, env }: CommandContext): Promise<number> {
  const checks = [
    ...machineChecks(),
    ...(IS_INSTALLED ? [programCheck()] : packageChecks()),
    ...(await natsChecks(env)),
    folderCheck('temporary folder', tmpdir(), 'make room there, or set TMPDIR to another folder'),
  ];
  const cache = folderCheck('cache', CACHE, 'dragon compare needs --state FILE in another folder');
  const possible = checks.every((check) => check.ok);
  const { width } = terminal;
  const lines = textTable(
    [...checks, cache].map((check) => [check.ok ? 'ok' : (check.trouble ?? 'missing'), check.what, check.found]),
    { width },
  );
  const verdict = possible
    ? `Distributed runs are possible: dragon run seed-deadlock --distributed${cache.ok ? '' : '. But nothing can be kept from one start to the next.'}`
    : 'Distributed runs are not possible yet; runs in one process are, and give the same digest.';
  terminal.print(`${[...lines, '', ...wrap(verdict, width)].join('\n')}\n`);
  return possible && cache.ok ? EXIT.ok : EXIT.operational;
}

/** Shows how the statechart of each kind of agent is stepped. Returns the exit code: either way is right. */
export async function doctorOfMachines({ terminal }: CommandContext): Promise<number> {
  const { DEFINITIONS, notCompiled } = await import('@dragon/scenarios');
  const kinds = [...DEFINITIONS.keys()].toSorted().map((kind) => ({ kind, reason: notCompiled(kind) }));
  const lines = textTable(
    kinds.map(({ kind, reason }) => [kind, reason === undefined ? 'compiled' : `stepped by XState: ${reason}`]),
    { width: terminal.width },
  );
  const compiled = kinds.filter(({ reason }) => reason === undefined).length;
  terminal.print(`${[...lines, '', `${compiled} of ${kinds.length} statecharts are compiled.`].join('\n')}\n`);
  return EXIT.ok;
}

/** One line of `dragon doctor`. */
interface Check {
  readonly ok: boolean;
  readonly what: string;
  readonly found: string;
  /** What it is, if it is not ok and not missing either. */
  readonly trouble?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const OLDEST_NODE = [20, 19] as const;

/** As much as the programs and the log of a NATS server take. */
const PROBE_BYTES = 1 << 20;

const execute = promisify(execFile);

function machineChecks(): Check[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const gigabytes = (totalmem() / 2 ** 30).toFixed(1);
  return [
    {
      ok: enough,
      what: 'node',
      found: enough ? process.versions.node : `${process.versions.node}: install ${OLDEST_NODE.join('.')} or newer`,
    },
    { ok: true, what: 'system', found: `${platform()} ${release()}, ${arch()}` },
    { ok: true, what: 'machine', found: `${availableParallelism()} CPUs, ${gigabytes} GiB of memory` },
  ];
}

/** An installed program has all that it depends on in itself. */
function programCheck(): Check {
  return { ok: true, what: 'program', found: `sleeping-dragon ${PROGRAM_VERSION} in ${ROOT}` };
}

/** The packages a run depends on, asked for where they are used. */
function packageChecks(): Check[] {
  const wanted = [
    ['xstate', 'packages/statechart'],
    ['msgpackr', 'packages/federation'],
    ['nats', 'packages/federation'],
    ['esbuild', 'packages/cli'],
  ] as const;
  return wanted.map(([name, user]) => {
    const found = installedVersion(name, user);
    return { ok: found !== undefined, what: name, found: found ?? 'not installed: run npm run setup' };
  });
}

/**
 * The NATS server a distributed run would use: the one at NATS_URL, or a private one, which is started to see that it
 * works.
 */
async function natsChecks(env: Environment): Promise<Check[]> {
  const what = 'nats-server';
  try {
    const address = addressFromEnvironment(env);
    if (address !== undefined) {
      await (await connectNats(address, { name: 'dragon doctor' })).close();
      return [{ ok: true, what, found: `answers at ${publicUrl(address.url)} (NATS_URL)` }];
    }
    const binary = await findNatsBinary({ env, cacheFolder: NATS_CACHE, download: false });
    if (binary.kind === 'not-found') return [await downloadCheck(what, binary.advice)];
    const started = performance.now();
    const server = await startNatsServer({ binary: binary.path });
    const startMs = Math.round(performance.now() - started);
    await server.stop();
    const { stdout } = await execute(binary.path, ['--version']);
    return [
      {
        ok: true,
        what,
        found: `${stdout.trim().replace(/^nats-server:\s*/, '')}, starts in ${startMs} ms (${binary.path})`,
      },
    ];
  } catch (error) {
    if (error instanceof FederationError) return [{ ok: false, what, found: error.message }];
    throw error;
  }
}

/** Writes into the folder: permissions do not tell that a file system is full, or read-only. Leaves nothing there. */
function folderCheck(what: string, folder: string, advice: string): Check {
  let made: string | undefined;
  let probe: string | undefined;
  try {
    // A temporary folder that is not there is not made by anybody else either.
    if (folder === CACHE) made = mkdirSync(folder, { recursive: true });
    probe = mkdtempSync(join(folder, 'dragon-doctor-'));
    writeFileSync(join(probe, 'probe'), Buffer.alloc(PROBE_BYTES));
    return { ok: true, what, found: made === undefined ? folder : `${folder} (empty)` };
  } catch (error) {
    return { ok: false, what, found: `${unwritableFile(folder, error)}: ${advice}`, trouble: 'unwritable' };
  } finally {
    for (const path of [probe, made]) if (path !== undefined) rmSync(path, { recursive: true, force: true });
  }
}

async function downloadCheck(what: string, advice: string): Promise<Check> {
  try {
    await Promise.all([execute('apt-get', ['--version']), execute('dpkg-deb', ['--version'])]);
    const found =
      "not installed; when it is needed, Debian's package (some 5 MB) is unpacked into the cache, without root";
    return { ok: true, what, found };
  } catch {
    return { ok: false, what, found: advice };
  }
}

/** Returns name and version, without following what the package exports. */
function installedVersion(name: string, user: string): string | undefined {
  const require = createRequire(projectUrl(`${user}/package.json`));
  const folder = require.resolve.paths(name)?.find((each) => existsSync(`${each}/${name}/package.json`));
  if (folder === undefined) return undefined;
  const manifest = require(`${folder}/${name}/package.json`) as { name: string; version: string };
  return manifest.name === name ? manifest.version : `${manifest.version} (${manifest.name})`;
}
