/** The bench `start`: what the command costs, cold, before it does anything, and how long many processes take. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bench } from './bench.ts';
import { ROOT } from './bench-programs.ts';
import { median } from './figure.ts';
import { processesUp } from './processes-up.ts';
import { takeRounds } from './take-rounds.ts';

const run = promisify(execFile);

/** In the process itself, at its end: nobody else sees the time of its threads alone. */
const METER = fileURLToPath(new URL('cpu-meter.cjs', import.meta.url));

export const costOfAStart: Bench = {
  name: 'start',
  about: 'dragon run seed-deadlock --json, cold; and 33 processes over NATS until all are up',
  seconds: 40,
  async measure({ box, quick, signal }) {
    const dragon = join(ROOT, 'packages', 'cli', 'bin', 'dragon.mjs');
    const { node, command, version } = await takeRounds(
      { box: box.part(0.4), most: quick ? 1 : 16, signal, cold: quick },
      {
        node: () => secondsOf(['-e', '0'], signal),
        command: () => secondsOf([dragon, 'run', 'seed-deadlock', '--json'], signal),
        version: () => secondsOf([dragon, '--version'], signal),
      },
    );
    const { up } = await takeRounds(
      { box, most: quick ? 1 : 4, signal, cold: true },
      { up: () => processesUp(quick, signal) },
    );
    return {
      figures: [
        {
          name: 'start.run-s',
          about: 'dragon run seed-deadlock --json',
          ...median(command),
          unit: 's',
          against: 'CPU time, cold',
          goal: { better: 'lower', reach: 0.35 },
        },
        {
          name: 'start.version-s',
          about: 'dragon --version',
          ...median(version),
          unit: 's',
          against: 'CPU time, cold',
        },
        { name: 'start.node-s', about: 'node -e 0', ...median(node), unit: 's', against: 'CPU time, cold' },
        {
          name: 'start.processes-s',
          about: `${up[0]?.processes} processes over NATS, up`,
          ...median(up.map(({ seconds }) => seconds)),
          unit: 's',
          against: `wall time, ${availableParallelism()} cores`,
          goal: { better: 'lower', reach: 3 },
        },
      ],
      leftOut: [],
    };
  },
};

/** Returns the CPU seconds of a process of Node from its first instruction to its last. */
async function secondsOf(args: readonly string[], signal: AbortSignal): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'dragon-bench-'));
  const file = join(folder, 'cpu.json');
  try {
    const env = { ...process.env, BENCH_CPU_FILE: file };
    // A deadlock is exit code 2.
    await run(process.execPath, ['--require', METER, ...args], { env, signal }).catch(endedWithFinding);
    const { user, system } = JSON.parse(readFileSync(file, 'utf8')) as NodeJS.CpuUsage;
    return (user + system) / 1e6;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function endedWithFinding(error: unknown): void {
  if ((error as { readonly code?: unknown }).code !== 2) throw error;
}
