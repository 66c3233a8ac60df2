/** `dragon chaos` on the command line. */
import { DEFAULT_PROFILE } from '@dragon/kernel';
import { DEFAULT_CPUS } from '@dragon/scenarios';
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../failure.ts';
import { chaosExamples } from '../help-texts.ts';
import { jsonLine } from '../json/json-output.ts';
import { collect, collectPolicy, parseJobs, parseSeed, parseSeeds, parseSpan } from '../option-values.ts';
import { FAULT_EXAMPLE, PLAN_ABOUT, SET_ABOUT } from '../run/settings-options.ts';
import type { ChaosOptions } from './chaos-command.ts';
import { CHAOS_LIST, chaosListJson, chaosListText } from './chaos-list.ts';

/** Adds the command to the program; `done` takes its exit code. */
export function addChaosCommand(program: Command, context: CommandContext, done: (code: number) => void): void {
  program
    .command('chaos <scenario>')
    .usage('SCENARIO|list [options]')
    .summary('hunt: faults and schedules that nobody chose, and what comes of them')
    .description(
      'Runs a scenario again and again with faults and schedules drawn from seeds, goes on from runs that reached what ' +
        'few reach, and groups what it finds. dragon chaos list explains all faults that there are.',
    )
    .option('--random', 'draw the faults of each run (the default, unless there is a --plan)')
    .option('--plan <file>', PLAN_ABOUT)
    .option('--no-steer', 'draw every run anew, and learn nothing from those before it')
    .option('--profile <name>', `the kernel (default: ${DEFAULT_PROFILE})`)
    .option('--policy <key=value,…>', "change the profile's policy; may be repeated", collectPolicy)
    .option('--seeds <list>', 'a run for each seed, as in 1..1000 (default: 1..200)', parseSeeds)
    .addOption(new Option('--seed <n>', 'the same').argParser(parseSeed).hideHelp())
    .option('--for <time>', 'how long to hunt at most, as in 10m; without --seeds, no other end', parseSpan('for'))
    .option('--cpus <n>', `simulated CPUs, as many as the scenario has room for (default: ${DEFAULT_CPUS})`)
    .option('--until <time>', 'virtual time at which each run ends (default: 300s)')
    .option('--set <key=value>', SET_ABOUT, collect)
    .option('--fault <fault>', `put a fault into every run, as in ${FAULT_EXAMPLE}; may be repeated`, collect)
    .option('--report <file>', 'write a report, one HTML file')
    .option('--json', 'print one JSON object and nothing else')
    .option('--jobs <n>', 'runs at a time (default: as many as there are cores)', parseJobs)
    .option('--nats <url>', 'share the runs out over the hosts that have joined there, see dragon join')
    .option('--nats-creds <file>', 'log in there with a credentials file')
    .option('--state <file>', 'keep the runs there, not in the cache (see dragon doctor)')
    .addHelpText('after', chaosExamples(context.terminal.width))
    .action(async (scenario: string, options: ChaosOptions) => {
      if (scenario === CHAOS_LIST) {
        const { steer, json, ...others } = options;
        if (!steer || Object.keys(others).length > 0) throw new UsageError('chaos list takes --json and nothing else');
        context.terminal.print(json ? jsonLine('chaos-list', chaosListJson()) : chaosListText(context.terminal));
        return;
      }
      const { chaosCommand } = await import('./chaos-command.ts');
      done(await chaosCommand(scenario, options, context));
    });
}
