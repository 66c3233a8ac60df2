/** `dragon compare` on the command line. */
import { DEFAULT_PROFILE } from '@dragon/kernel';
import { readUntil, SettingError } from '@dragon/scenarios';
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { compareExamples } from '../help-texts.ts';
import {
  collect,
  collectPolicy,
  parseCpusList,
  parseEdgeRuns,
  parseJobs,
  parseSample,
  parseSeed,
  parseSeeds,
  parseSensitivitySeeds,
} from '../option-values.ts';
import { FAULT_EXAMPLE, PLAN_ABOUT, SET_ABOUT } from '../run/settings-options.ts';
import type { CompareOptions } from './compare-command.ts';
import type { SampleOptions } from './sample-request.ts';

/** Adds the command to the program; `done` takes its exit code. */
export function addCompareCommand(program: Command, context: CommandContext, done: (code: number) => void): void {
  program
    .command('compare <scenario>')
    .usage('SCENARIO [options]')
    .summary('compare policies over many seeds: what does each cost?')
    .description('Runs a scenario under several policies with the same seeds, and compares what comes of it.')
    .option('--candidate <policy>', 'a policy to compare: a profile, or key=value,…; once for each', collect)
    .option('--profile <name>', `of candidates that name none (default: ${DEFAULT_PROFILE})`)
    .option('--policy <key=value,…>', 'change the policy of every candidate; may be repeated', collectPolicy)
    .option('--seeds <list>', 'the seeds, as in 1..100 or 1,4,7..9 (default: 1..20)', parseSeeds)
    .addOption(new Option('--seed <n>', 'the same').argParser(parseSeed).hideHelp())
    .option('--cpus <list>', 'numbers of simulated CPUs, as in 1,4,16 (default: 4)', parseCpusList)
    .option('--until <time>', 'virtual time at which each run ends (default: 300s)', readUntil)
    .option('--set <key=value>', SET_ABOUT, collect)
    .option('--fault <fault>', `put a fault into every run, as in ${FAULT_EXAMPLE}; may be repeated`, collect)
    .option('--plan <file>', PLAN_ABOUT)
    .option('--report <file>', 'write a report, one HTML file')
    .option('--csv <file>', 'write a row for each policy and number of CPUs')
    .option('--json', 'print one JSON object and nothing else')
    .option('--jobs <n>', 'runs at a time (default: as many as there are cores)', parseJobs)
    .option('--nats <url>', 'share the runs out over the hosts that have joined there, see dragon join')
    .option('--nats-creds <file>', 'log in there with a credentials file')
    .option('--state <file>', 'keep the runs there, not in the cache (see dragon doctor)')
    .option('--against <file>', 'set boots of a real kernel beside runs with their settings, see dragon import boots')
    .option('--sensitivity', 'what do ranking and verdict depend on? both of the following')
    .option(
      '--sensitivity-seeds <n>',
      'halve and double each estimated constant, with that many of the seeds (default: 10)',
      parseSensitivitySeeds,
    )
    .option(
      '--edge-runs <n>',
      'search for the nearest value of each parameter and constant that flips a verdict, in at most that many runs (default: 600)',
      parseEdgeRuns,
    )
    .option('--sample <n>', 'make a map instead: so many points of the space that --range spans', parseSample)
    .option('--range <key=a..b>', 'a parameter of the map, or cpus, as in inodes=5k..500k; once for each', collect)
    .addHelpText('after', compareExamples(context.terminal.width))
    .action(async (scenario: string, options: CompareOptions & SampleOptions) => {
      if (options.against !== undefined) {
        const { compareAgainst } = await import('./against-command.ts');
        done(await compareAgainst(scenario, options, context));
        return;
      }
      if (options.range !== undefined && options.sample === undefined)
        throw new SettingError('range', 'is of a map: add --sample, as in --sample 32');
      if (options.sample !== undefined) {
        const { sampleCommand } = await import('./sample-command.ts');
        done(await sampleCommand(scenario, options, context));
        return;
      }
      const { compareCommand } = await import('./compare-command.ts');
      done(await compareCommand(scenario, options, context));
    });
}
