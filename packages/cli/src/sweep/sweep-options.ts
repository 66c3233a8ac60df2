/** `dragon sweep` on the command line. */
import { DEFAULT_PROFILE } from '@dragon/kernel';
import { DEFAULT_CPUS } from '@dragon/scenarios';
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { sweepExamples } from '../help-texts.ts';
import { collect, collectPolicy, parseJobs, parseSeed, parseSeeds } from '../option-values.ts';
import { FAULT_EXAMPLE, PLAN_ABOUT, SET_ABOUT } from '../run/settings-options.ts';
import type { SweepOptions } from './sweep-command.ts';

/** Adds the command to the program; `done` takes its exit code. */
export function addSweepCommand(program: Command, context: CommandContext, done: (code: number) => void): void {
  program
    .command('sweep <scenario>')
    .usage('SCENARIO [options]')
    .summary('many seeds: how do the runs end, what do they find?')
    .description('Runs a scenario with many seeds, a thread on each core, and groups what the runs find.')
    .option('--candidate <policy>', 'a policy to run with: a profile, or key=value,…; once for each', collect)
    .option('--profile <name>', `of candidates that name none (default: ${DEFAULT_PROFILE})`)
    .option('--policy <key=value,…>', 'change the policy of every candidate; may be repeated', collectPolicy)
    .option('--seeds <list>', 'the seeds, as in 1..1000 or 1,4,7..9 (default: 1..100)', parseSeeds)
    .addOption(new Option('--seed <n>', 'the same').argParser(parseSeed).hideHelp())
    .option('--cpus <n>', `simulated CPUs, as many as the scenario has room for (default: ${DEFAULT_CPUS})`)
    .option('--until <time>', 'virtual time at which each run ends (default: 300s)')
    .option('--set <key=value>', SET_ABOUT, collect)
    .option('--fault <fault>', `put a fault into every run, as in ${FAULT_EXAMPLE}; may be repeated`, collect)
    .option('--plan <file>', PLAN_ABOUT)
    .option('--json', 'print one JSON object and nothing else')
    .option('--jobs <n>', 'runs at a time (default: as many as there are cores)', parseJobs)
    .option('--nats <url>', 'share the runs out over the hosts that have joined there, see dragon join')
    .option('--nats-creds <file>', 'log in there with a credentials file')
    .addHelpText('after', sweepExamples(context.terminal.width))
    .action(async (scenario: string, options: SweepOptions) => {
      const { sweepCommand } = await import('./sweep-command.ts');
      done(await sweepCommand(scenario, options, context));
    });
}
