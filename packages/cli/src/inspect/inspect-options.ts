/** `dragon inspect` on the command line. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { inspectNotes } from '../help-texts.ts';
import { parsePort, parseSpeed } from '../option-values.ts';
import { withRunOptions } from '../run/settings-options.ts';
import type { InspectOptions } from './inspect-command.ts';

/** Adds the command to the program; `done` takes its exit code. */
export function addInspectCommand(program: Command, context: CommandContext, done: (code: number) => void): void {
  withRunOptions(
    program
      .command('inspect [what] [fragment]')
      .usage("[SCENARIO|TRACE|LOG] ['#…'] [options]")
      .summary('look at a run, a trace or a kernel log in the browser')
      .description(
        'Shows a run in the browser: who waits for whom, memory, agents and their statecharts, at any instant. A ' +
          'scenario is run; a trace, or the log of a real kernel, is read; with --nats, a run that goes on there is ' +
          'watched; without any of them, the page asks. A fragment (#…), as a link to the page has it, opens it at that ' +
          'instant.',
      ),
  )
    .option('--run <name>', 'with --nats and no scenario: the run to attach to (default: main)')
    .option('--paused', 'stand still before the first event, until the page lets the run go')
    .option('--speed <n>', 'virtual seconds a second, as in 0.001 (default: unlimited)', parseSpeed)
    .option('--port <n>', 'where the page is, on the loopback (default: any that is free)', parsePort)
    .option('--no-open', 'print the address, and open no browser')
    .addHelpText('after', inspectNotes(context.terminal.width))
    .action(async (what: string | undefined, fragment: string | undefined, options: InspectOptions) => {
      const { inspectCommand } = await import('./inspect-command.ts');
      done(await inspectCommand(what, fragment, options, context));
    });
}
