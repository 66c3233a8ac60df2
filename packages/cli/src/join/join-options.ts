/** `dragon join` on the command line. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { joinNotes } from '../help-texts.ts';
import { parseCapacity, parseHostName } from '../option-values.ts';
import type { JoinOptions } from './join-command.ts';

/** Adds the command to the program; `done` takes its exit code. */
export function addJoinCommand(program: Command, context: CommandContext, done: (code: number) => void): void {
  program
    .command('join')
    .usage('--nats URL [options]')
    .summary('lend this machine to runs of others, over a NATS server')
    .description(
      'Lends this machine to the commands at a NATS server, until Ctrl-C: it makes runs of sweep, ' +
        'compare and chaos, and hosts agents of runs with --hosts. Hosts and commands have the same key, in DRAGON_RUN_KEY.',
    )
    .option('--nats <url>', 'the server: nats://[user:password@]host:port, tls://…')
    .option('--nats-creds <file>', 'log in there with a credentials file')
    .option('--name <name>', 'what the host is called (default: as the machine)', parseHostName)
    .option(
      '--capacity <n>',
      'runs, or processes of runs, at a time (default: as many as there are cores)',
      parseCapacity,
    )
    .addHelpText('after', joinNotes(context.terminal.width))
    .action(async (options: JoinOptions) => {
      const { joinCommand } = await import('./join-command.ts');
      done(await joinCommand(options, context));
    });
}
