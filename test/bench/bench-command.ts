/** The command behind `pnpm bench`: its options, what it refuses, and what it prints. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { benchesNamed, BENCHES } from './benches.ts';
import { benchHeading, benchList, benchText } from './bench-text.ts';
import { type BenchResult, runBench, thisMachine } from './run-bench.ts';
import { writePerformancePage } from './write-performance-page.ts';

interface Options {
  readonly list?: true;
  readonly json?: true;
  readonly quick?: true;
  readonly before?: string;
  readonly writeDocs?: true;
}

/** Where the command writes: what was asked for, and what is beside it. */
export interface Outputs {
  readonly print: (text: string) => void;
  readonly note: (text: string) => void;
}

const OK = 0;
const USAGE = 64;
/** Commander says itself that an error is one. */
const PREFIX = 'error: ';

/** Returns the exit code. */
export async function benchCommand(words: readonly string[], outputs: Outputs): Promise<number> {
  const { print, note } = outputs;
  const command = new Command('pnpm bench')
    .usage('[NAME…] [options]')
    .description('Measures the project against its peers, in turns in the same run.')
    .argument('[names...]', 'which benches; all, if none is named')
    .option('--list', 'list the benches, and how long each takes at most')
    .option('--json', 'print one JSON object: {metrics: [{name, value, unit, against, …}], …}')
    .option('--before <dir>', 'a checkout of an earlier commit, after npm run setup in it: for the bench run')
    .option('--write-docs', 'write the figures into docs/performance.md, and its plots')
    .option('--quick', 'tiny sizes: shows that the benches run, and measures nothing')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: print, outputError: () => undefined })
    .action((names: readonly string[], options: Options) => runBenches(names, options, outputs));
  try {
    await command.parseAsync(words, { from: 'user' });
    return OK;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return OK;
    if (!(error instanceof CommanderError) && !(error instanceof RangeError)) throw error;
    const { message } = error;
    note(`bench: ${message.startsWith(PREFIX) ? message.slice(PREFIX.length) : message}\n`);
    return USAGE;
  }
}

/** Throws a `RangeError` for what cannot be meant. */
async function runBenches(names: readonly string[], options: Options, { print, note }: Outputs): Promise<void> {
  const { list, json, quick = false, before, writeDocs } = options;
  const benches = benchesNamed(names);
  if (before !== undefined && !existsSync(join(before, 'test', 'node_modules')))
    throw new RangeError(`--before: there is no checkout with its packages in '${before}' (npm run setup in it)`);
  if (quick && writeDocs) throw new RangeError('--quick measures nothing that could be written into docs');
  if (list) {
    print(benchList(BENCHES));
    return;
  }
  const results: BenchResult[] = [];
  for (const bench of benches) {
    (json ? note : print)(benchHeading(bench));
    const result = await runBench(bench, { quick, before: before === undefined ? undefined : resolve(before) });
    results.push(result);
    if (!json) print(benchText(result));
  }
  const machine = thisMachine();
  if (json) {
    const metrics = results.flatMap(({ figures }) => figures);
    const leftOut = results.flatMap((result) => result.leftOut.map((why) => ({ bench: result.bench, why })));
    print(`${JSON.stringify({ metrics, leftOut, machine })}\n`);
  }
  if (writeDocs) writePerformancePage(results, machine);
}
