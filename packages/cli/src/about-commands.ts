/** Commands about the program itself: its outputs, its version, its words, the shell's completion, this machine. */
import { unknownName } from '@dragon/kernel';
import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { UsageError } from './failure.ts';
import { selftestNotes } from './help-texts.ts';
import { parseCases, parseMinutes } from './option-values.ts';
import { readSeed } from '@dragon/scenarios';
import type { SelftestOptions } from './selftest/selftest-command.ts';

/** Adds them to the program; `done` takes the exit code of those that have one. */
export function addAboutCommands(program: Command, context: CommandContext, done: (code: number) => void): void {
  const { terminal } = context;
  const { width } = terminal;

  program
    .command('explain [word...]')
    .usage('[WORD]')
    .summary('what a word of the reports means')
    .description('Explains a word of the reports, of the help or of the docs; without one, all of them.')
    .action(async (words: readonly string[]) => {
      const { allExplanations, explanation } = await import('./explain/explanations.ts');
      const lines = words.length === 0 ? allExplanations(width) : explanation(words.join(' '), width);
      terminal.print(`${lines.join('\n')}\n`);
    });

  program
    .command('schema [name]')
    .usage('[NAME]')
    .summary('the JSON Schema of what --json prints, and of fault plans')
    .description('Prints the JSON Schema of an output of --json, or of fault plans; without a name, which there are.')
    .action(async (name: string | undefined) => {
      const { schemaText } = await import('./schema-command.ts');
      terminal.print(schemaText(name, width));
    });

  program
    .command('doctor')
    .usage('[--machines]')
    .summary('what this machine has, what is missing, and how to get it')
    .description('Shows what this machine has for distributed runs, what is missing, and how to get it.')
    .option('--machines', 'show instead which statecharts run compiled, and why others do not')
    .action(async ({ machines }: { machines?: true }) => {
      const { doctor, doctorOfMachines } = await import('./doctor-command.ts');
      done(await (machines ? doctorOfMachines(context) : doctor(context)));
    });

  program
    .command('selftest')
    .usage('[options]')
    .summary('try at random what this program promises')
    .description('Tries at random, for a minute or as long as one likes, what this program promises of itself.')
    .option('--minutes <n>', 'how long (default: 1)', parseMinutes)
    .option('--cases <n>', 'how many of each kind, however long it takes', parseCases)
    .option('--seed <n>', 'what is drawn from it is drawn again (default: another each time)', readSeed)
    .option('--only <part>', 'one part, or one of its kinds or cases, as in fuzz, fuzz/ftrace or fuzz/ftrace/17')
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText('after', selftestNotes(width))
    .action(async (options: SelftestOptions) => {
      const { selftestCommand } = await import('./selftest/selftest-command.ts');
      done(await selftestCommand(options, context));
    });

  program
    .command('completion <shell>')
    .usage('bash|zsh|fish')
    .summary("a script that completes dragon's words in a shell")
    .description(
      'Prints a script with all commands, options, scenarios, profiles and policies. To have it in each shell, put into ' +
        '~/.bashrc: source <(dragon completion bash); into ~/.zshrc, after compinit: source <(dragon completion zsh); ' +
        'into ~/.config/fish/config.fish: dragon completion fish | source',
    )
    .action(async (shell: string) => {
      const { completionScript } = await import('./completion/completion-script.ts');
      terminal.print(completionScript(shell, program));
    });

  program
    .command('version')
    .usage(' ')
    .summary('versions of the program, of node, and of the formats')
    .description('Shows the versions of the program, of node, of the protocol of federations, and of traces.')
    .action(async () => {
      const { versionText } = await import('./version-command.ts');
      terminal.print(versionText(width));
    });

  program.command('help [command]', { hidden: true }).action((name: string | undefined) => {
    const command = name === undefined ? program : program.commands.find((each) => each.name() === name);
    if (command === undefined) throw unknownCommand(name ?? '', program);
    command.outputHelp();
  });
}

/** Returns the error of a command that there is not. */
export function unknownCommand(name: string, program: Command): UsageError {
  const names = program.commands.map((command) => command.name()).filter((each) => each !== 'help');
  return new UsageError(unknownName('command', name, names));
}
