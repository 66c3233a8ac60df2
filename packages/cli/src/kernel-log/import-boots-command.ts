/** `dragon import boots DIR`: the consoles of real boots as a table, which `dragon compare --against` reads. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bootOfConsole, bootsCsv, BootsError, isBootConsole } from '@dragon/compare';
import { EXIT, printable } from '@dragon/report';
import type { CommandContext } from '../command-context.ts';
import { OperationalError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
import { counted } from '../run/run-output.ts';

/** Longer ones are not read: a console of minutes has some 10 KB. */
const MOST_BYTES = 16 * 1_048_576;

/** Returns the exit code: a folder without a console is one of which nothing can be said. */
export function importBoots(folder: string, { json }: { readonly json?: true }, { terminal }: CommandContext): number {
  const boots = [];
  let others = 0;
  for (const name of namesIn(folder)) {
    const text = textOf(join(folder, name));
    if (text === undefined || !isBootConsole(text)) {
      others += 1;
      continue;
    }
    try {
      boots.push(bootOfConsole(text));
    } catch (error) {
      if (!(error instanceof BootsError)) throw error;
      terminal.note(`dragon: ${printable(name)}: ${printable(error.message)}; it is left out`);
    }
  }
  if (others > 0) terminal.note(`dragon: ${counted(others, 'file is', 'files are')} no console of a boot`);
  terminal.print(json ? jsonLine('import-boots', { folder, boots }) : bootsCsv(boots));
  return boots.length === 0 ? EXIT.inconclusive : EXIT.ok;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const why = error instanceof Error ? (error.message.split(',', 1)[0] ?? '') : '';
    throw new OperationalError(`${printable(folder)}: it cannot be read as a folder: ${why}`);
  }
}

function textOf(path: string): string | undefined {
  const found = statSync(path);
  return found.isFile() && found.size <= MOST_BYTES ? readFileSync(path, 'utf8') : undefined;
}
