/**
 * `pnpm docs:check`: every command of the documentation in full, each in a process of its own, and what comes of it
 * compared with the table of outcomes. It takes as long as the commands take.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allDocumented } from './all-documented.ts';
import { type Outcome, OUTCOMES } from './command-outcomes.ts';
import { missingFrom } from './documented-commands.ts';
import { dragonIn, placeFiles, typeCommand } from './type-command.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Returns what is not as the documentation says. */
async function wrongWith(command: string, row: Outcome, folder: string, samples: readonly (readonly string[])[]) {
  const { code, out, err } = await typeCommand(command, dragonIn(folder));
  const wrong = (row.saysInFull ?? row.says ?? []).filter((words) => !out.includes(words));
  for (const sample of samples) {
    const missing = missingFrom(out, sample);
    if (missing !== undefined) wrong.push(missing);
  }
  if (code !== (row.exit ?? 0)) wrong.unshift(`exit code ${row.exit ?? 0}, not ${code}: ${err}`);
  return wrong;
}

const { commands } = await allDocumented();
const folder = mkdtempSync(join(tmpdir(), 'dragon-docs-'));
placeFiles(folder);
let failed = 0;
for (const [command, row] of Object.entries(OUTCOMES)) {
  if (row.notRun !== undefined) {
    print(`left out  ${command}: ${row.notRun}`);
    continue;
  }
  const started = performance.now();
  const samples = commands.flatMap((at) => (at.command === command && at.output !== undefined ? [at.output] : []));
  const wrong = await wrongWith(command, row, folder, samples);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  print(`${wrong.length === 0 ? 'ok       ' : 'NOT so   '} ${seconds.padStart(6)} s  ${command}`);
  for (const words of wrong) print(`          it does not say: ${words}`);
  if (wrong.length > 0) failed += 1;
}
rmSync(folder, { recursive: true });
print(failed === 0 ? 'Every command does what stands beside it.' : `${failed} do not.`);
process.exitCode = failed === 0 ? 0 : 1;
