/** `dragon import boots DIR`: the consoles of real boots as a table, which `dragon compare --against` reads. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Boot, bootOfConsole, bootsCsv, BootsError, isBootConsole } from '@dragon/compare';
import { EXIT, fileTrouble, printable, unreadableFile } from '@dragon/report';
import type { CommandContext } from '../command-context.ts';
import { OperationalError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
import { counted } from '../run/run-output.ts';

/** Longer ones are not read: a console of minutes has some 10 KB. */
const MOST_BYTES = 16 * 1_048_576;
/** So many of the files that are none are named. */
const NAMED = 5;

/** Returns the exit code: a folder without a console is one of which nothing can be said. */
export function importBoots(folder: string, { json }: { readonly json?: true }, { terminal }: CommandContext): number {
  const boots: Boot[] = [];
  const others: string[] = [];
  for (const name of namesIn(folder)) {
    try {
      const boot = bootIn(folder, name);
      if (boot === undefined) others.push(printable(name));
      else boots.push(boot);
      if (boot?.killed === null && boot.doneS === null)
        terminal.note(
          `dragon: ${printable(name)}: nobody is killed in it, and its hogs are not done; it counts as a boot without a kill`,
        );
    } catch (error) {
      if (!(error instanceof BootsError)) throw error;
      terminal.note(`dragon: ${printable(error.message)}; it is left out`);
    }
  }
  if (others.length > 0)
    terminal.note(`dragon: ${counted(others.length, 'file is', 'files are')} no console of a boot: ${someOf(others)}`);
  terminal.print(json ? jsonLine('import-boots', { folder, boots }) : bootsCsv(boots));
  return boots.length === 0 ? EXIT.inconclusive : EXIT.ok;
}

function someOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  return [...names.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const isNone = error instanceof Error && 'code' in error && error.code === 'ENOTDIR';
    throw new OperationalError(
      isNone
        ? `${printable(folder)} is no folder: give the one that has the consoles`
        : `${printable(folder)} cannot be read: ${fileTrouble(error)}`,
    );
  }
}

/** Gzip or not. */
function textOf(bytes: Buffer): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes).toString('utf8');
}

/** Returns the boot of a file, or nothing if that is no console; throws a `BootsError` that names the file. */
function bootIn(folder: string, name: string): Boot | undefined {
  const path = join(folder, name);
  let text: string;
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > MOST_BYTES) return undefined;
    text = textOf(readFileSync(path));
  } catch (error) {
    throw new BootsError(unreadableFile(name, error));
  }
  try {
    return isBootConsole(text) ? bootOfConsole(text) : undefined;
  } catch (error) {
    throw error instanceof BootsError ? new BootsError(`${name}: ${error.message}`) : error;
  }
}
