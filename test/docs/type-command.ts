/** A command of the documentation as a reader would type it, run in this process or in one of its own. */
import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { EXCERPT } from '../../packages/ftrace/src/recorded-traces.fixture.io.ts';
import { ROOT } from '../repo/repository.ts';
import { shellWords } from './documented-commands.ts';

const LOG = join(ROOT, 'test/kernel-logs/mail-deadlock.txt');

export interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Takes the words behind `dragon`. */
export type Dragon = (words: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Typed>;

/** Puts the files into a folder that the commands speak of. */
export function placeFiles(folder: string): void {
  writeFileSync(join(folder, 'TRACE.gz'), gzipSync(readFileSync(EXCERPT)));
  writeFileSync(join(folder, 'plan.yaml'), planOfTheGuide());
  copyFileSync(join(folder, 'TRACE.gz'), join(folder, 'trace.txt.gz'));
  copyFileSync(EXCERPT, join(folder, 'TRACE'));
  copyFileSync(LOG, join(folder, 'dmesg.txt'));
  // A path as one types it in the project.
  symlinkSync(join(ROOT, 'test'), join(folder, 'test'));
}

/** The plan that the guide shows. */
function planOfTheGuide(): string {
  const blocks = readFileSync(join(ROOT, 'docs/guide.md'), 'utf8').split('```yaml\n');
  const block = blocks.find((each) => each.startsWith('# plan.yaml')) ?? '';
  return block.slice(0, block.indexOf('```'));
}

/** Returns what comes of a line; what stands behind `&&` is run if all before it ended well. */
export async function typeCommand(line: string, dragon: Dragon): Promise<Typed> {
  let [code, out, err] = [0, '', ''];
  for (const each of line.split(' && ')) {
    const [npx, name, ...words] = shellWords(each);
    if (npx !== 'npx' || name !== 'dragon') throw new Error(`only npx dragon can be run here, not: ${each}`);
    const typed = await dragon(words);
    code = typed.code;
    out += typed.out;
    err += typed.err;
    if (code !== 0) break;
  }
  return { code, out, err };
}

/**
 * Runs the command in this process, in its current folder, which costs no start; but one that shares its work out in
 * one of its own, as its threads and processes then load what is bundled.
 */
export const dragonQuickly: Dragon = (words) => {
  const many = ['chaos', 'compare', 'shrink', 'sweep'].includes(words[0] ?? '') || words.includes('--processes');
  return (many ? dragonIn(process.cwd()) : dragonHere)(words);
};

/** Runs the command in this process, in its current folder. */
export const dragonHere: Dragon = (words, env = {}) => dragonInProcess(words, { ...usualEnvironment(), ...env });

/** Runs the command in a process of its own, in a folder. */
export const dragonIn =
  (folder: string): Dragon =>
  (words, env = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(ROOT, 'packages/cli/bin/dragon.mjs'), ...words], {
        cwd: folder,
        env: { ...usualEnvironment(), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => (out += String(chunk)));
      child.stderr.on('data', (chunk) => (err += String(chunk)));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code: code ?? -1, out, err }));
    });

/** Without what whoever runs the tests has set for a server and a terminal of theirs. */
function usualEnvironment(): Readonly<Record<string, string | undefined>> {
  const { NATS_URL: _server, COLUMNS: _columns, ...env } = process.env;
  return env;
}
