/** `dragon shrink` on the command line. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { shrinkExamples } from '../help-texts.ts';
import { parseJobs } from '../option-values.ts';
import { withSettingsOptions } from '../run/settings-options.ts';
import type { ShrinkOptions } from './shrink-command.ts';

/** Adds the command to the program; `done` takes its exit code. */
export function addShrinkCommand(program: Command, context: CommandContext, done: (code: number) => void): void {
  withSettingsOptions(
    program
      .command('shrink <scenario>')
      .usage('SCENARIO [options]')
      .summary('make a run that finds something as simple as it can be')
      .description(
        'Takes from a run that finds something all that it does not need to find the same: faults, rules, CPUs, inodes, tasks, digits. ' +
          'What is left, it tells with the steps that made it.',
      ),
  )
    .option('-o, --output <file>', 'write the faults and rules that are left there, a plan for dragon run --plan')
    .option('--json', 'print one JSON object and nothing else')
    .option('--jobs <n>', 'runs at a time (default: as many as there are cores)', parseJobs)
    .addHelpText('after', shrinkExamples(context.terminal.width))
    .action(async (scenario: string, options: ShrinkOptions) => {
      const { shrinkCommand } = await import('./shrink-command.ts');
      done(await shrinkCommand(scenario, options, context));
    });
}
