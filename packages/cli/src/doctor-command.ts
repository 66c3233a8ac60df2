/** `dragon doctor`: what this machine has, what is missing, and how to get it. */
import { textTable } from '@dragon/report';
import type { CommandContext } from './command-context.ts';
import { cacheCheck, machineChecks, natsChecks, packageChecks } from './doctor-checks.ts';
import { EXIT } from './exit-codes.ts';

/** Returns the exit code: 0 if a distributed run is possible. */
export async function doctor({ terminal, env }: CommandContext): Promise<number> {
  const checks = [...machineChecks(), ...packageChecks(), ...(await natsChecks(env)), cacheCheck()];
  const ok = checks.every((check) => check.ok);
  const lines = textTable(checks.map((check) => [check.ok ? 'ok' : 'missing', check.what, check.found]));
  const verdict = ok
    ? 'Distributed runs are possible: dragon run seed-deadlock --distributed'
    : 'Distributed runs are not possible yet; runs in one process are, and give the same digest.';
  terminal.print(`${[...lines, '', verdict].join('\n')}\n`);
  return ok ? EXIT.ok : EXIT.operational;
}
