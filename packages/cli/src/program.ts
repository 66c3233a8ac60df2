/**
 * The command line: its commands, options and arguments, and what is said of those that do not exist. The code of a
 * command is loaded when it is asked for.
 */
import { DEFAULT_PROFILE, nearest, unknownName } from '@dragon/kernel';
import { DEFAULT_SEED } from '@dragon/scenarios';
import { Command, CommanderError, Option } from 'commander';
import { addAboutCommands, unknownCommand } from './about-commands.ts';
import type { CalibrateOptions } from './kernel-trace/calibrate-command.ts';
import { EXIT, foldLines, wrap } from '@dragon/report';
import type { ConformOptions } from './kernel-trace/conform-command.ts';
import type { SimulateOptions } from './kernel-trace/simulate-trace-command.ts';
import type { CommandContext } from './command-context.ts';
import { addExportCommand } from './export/export-command.ts';
import { addInspectCommand } from './inspect/inspect-options.ts';
import { addChaosCommand } from './chaos/chaos-options.ts';
import { UsageError } from './failure.ts';
import { addCompareCommand } from './compare/compare-options.ts';
import { IMPORT_FORMATS, parseFormat, parsePort, RUN_FORMATS, parseSeed, parseSeeds } from './option-values.ts';
import { about, examples, importExamples, runExamples } from './help-texts.ts';
import { addJoinCommand } from './join/join-options.ts';
import { jsonLine } from './json/json-output.ts';
import { PROGRAM } from './program-version.ts';
import type { RunOptions } from './run/run-command.ts';
import { addShrinkCommand } from './shrink/shrink-options.ts';
import { withRunOptions } from './run/settings-options.ts';
import { addSweepCommand } from './sweep/sweep-options.ts';

/** Runs the command and returns its exit code; throws what `explainFailure` explains. */
export async function runProgram(words: readonly string[], context: CommandContext): Promise<number> {
  let code: number = EXIT.ok;
  context.words = words;
  const program = commandTree(context, (result) => {
    code = result;
  });
  // Before --help is heard of, which would be that of the program.
  const [name] = words.filter((word) => !word.startsWith('-'));
  if (name !== undefined && program.commands.every((command) => command.name() !== name))
    throw unknownCommand(name, program);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    // --help and --version are thrown, too.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    throw error;
  }
  return code;
}

/** Runs the command of a run that was killed once more, to go on with it. */
async function resumeRun(name: string, command: Command, context: CommandContext): Promise<number> {
  const given = command.options.filter(
    (option) => command.getOptionValueSource(option.attributeName()) === 'cli' && option.long !== '--resume',
  );
  if (command.args.length > 0 || given.length > 0)
    throw new UsageError(
      `--resume goes on with the words that the run was begun with: leave out ${given[0]?.long ?? command.args[0]}`,
    );
  const { KeptRun } = await import('./run/kept-run.ts');
  context.resumed = KeptRun.resume(name);
  return runProgram(context.resumed.words, context);
}

/** Returns the usage line of the command that `words` mean. */
export function usageLine(words: readonly string[], context: CommandContext): string {
  const program = commandTree(context, () => undefined);
  const name = words.find((word) => !word.startsWith('-'));
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) return `usage: dragon ${program.usage()}; see dragon --help`;
  return `usage: ${`dragon ${command.name()} ${command.usage()}`.trim()}; see dragon ${command.name()} --help`;
}

/** Returns the commands with their options and texts; `done` is told the exit code of the one that was run. */
export function commandTree(context: CommandContext, done: (code: number) => void): Command {
  const { terminal } = context;
  const { width } = terminal;
  const program = new Command('dragon');
  program
    .usage('[command] [options]')
    .description(about(width))
    .version(PROGRAM, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help; after a command, its help')
    .helpCommand(false)
    .configureHelp({
      helpWidth: width,
      subcommandTerm: (command) => `${command.name()} ${command.usage()}`.trim(),
      formatItem: (term, termWidth, description) => helpItem(term, termWidth, description, width),
    })
    .configureOutput({ writeOut: (text) => terminal.print(text), outputError: () => undefined })
    .showSuggestionAfterError(false)
    .addHelpText('after', examples(width));

  program
    .command('demo', { isDefault: true })
    .usage(' ')
    .summary('the demo; what dragon does without a command')
    .description(
      'Finds the deadlock of December 2022 with each agent in a process of its own, then in one, then tries the cures.',
    )
    .action(async () => {
      const { demo } = await import('./demo-command.ts');
      done(await demo(context));
    });

  program
    .command('list [scenario]')
    .usage('[SCENARIO] [--json]')
    .summary('what there is to run: scenarios, profiles, policies')
    .description(
      'Lists scenarios, profiles, and policy options with their values; of a scenario, what of it may be set, with units, usual values and bounds.',
    )
    .option('--json', 'print one JSON object')
    .action(async (scenario: string | undefined, { json }: { json?: true }) => {
      const { listJson, listText, scenarioText } = await import('./list-command.ts');
      if (json) terminal.print(jsonLine('list', listJson(scenario)));
      else terminal.print(scenario === undefined ? listText(terminal) : scenarioText(scenario, terminal));
    });

  withRunOptions(
    program
      .command('run [scenario]')
      .usage('SCENARIO [options]')
      .summary('run a scenario and report what it finds')
      .description('Runs a scenario and reports what it finds.'),
  )
    .option('--resumable', 'distributed: keep what it takes to go on when all its processes are killed')
    .option('--resume <run>', 'go on with such a run, with the words that it was begun with')
    .option('--trace <file>', 'record every event, for dragon replay and dragon diff')
    .option('--inspect [port]', 'show the run in the browser, from its start on, until Ctrl-C', parsePort)
    .option('--no-open', 'with --inspect: print the address, and open no browser')
    .option('--interpreted', 'let XState step the statecharts, not tables made of them: slower, the same digest')
    .option(
      '--format <form>',
      `${RUN_FORMATS.join(', ')}: the report, or what the kernel would have printed`,
      parseFormat,
    )
    .option('--verbose', "with a deadlock, the model's own messages and states as well; with --json, the steps")
    .option('--stats', 'print what the run cost: rounds, windows, frames, where the time went')
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText('after', runExamples(width))
    .action(async (scenario: string | undefined, options: RunOptions & { resume?: string }, command: Command) => {
      if (options.resume !== undefined) {
        done(await resumeRun(options.resume, command, context));
        return;
      }
      if (scenario === undefined) throw new UsageError('run needs SCENARIO');
      const { runCommand } = await import('./run/run-command.ts');
      done(await runCommand(scenario, options, context));
    });

  addCompareCommand(program, context, done);
  addSweepCommand(program, context, done);
  addChaosCommand(program, context, done);
  addShrinkCommand(program, context, done);
  addJoinCommand(program, context, done);

  program
    .command('replay <trace>')
    .usage('TRACE')
    .summary('make a recorded run again, and compare')
    .description('Makes a recorded run again, in one process, and compares it row by row up to the first difference.')
    .action(async (path: string) => {
      const { replayTrace } = await import('./trace/replay-command.ts');
      done(await replayTrace(path, context));
    });

  program
    .command('diff <trace> <other-trace>')
    .usage('TRACE TRACE')
    .summary('compare two traces')
    .description('Compares two traces row by row, up to the first difference.')
    .action(async (left: string, right: string) => {
      const { diffTraces } = await import('./trace/diff-command.ts');
      done(await diffTraces(left, right, context));
    });

  addInspectCommand(program, context, done);
  addExportCommand(program, context, done);

  program
    .command('import <format> <file>')
    .usage('ftrace|dmesg|boots FILE [--json]')
    .summary('read the trace or the log of a real kernel: what happened, who waits for whom')
    .description(
      'ftrace: reads a text of events (trace, trace_pipe, trace-cmd report or perf script): events, timeline, statistics. ' +
        'dmesg: reads the log of a hung machine: who waits for what, who holds it, whether it is a deadlock. ' +
        'Either may be gzip, and - is standard input. ' +
        'boots: reads a folder with consoles of boots, gzip or not, and prints a table for dragon compare --against.',
    )
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText('after', importExamples(width))
    .action(async (format: string, file: string, options: { json?: true }) => {
      if (format === 'dmesg') {
        const { importLog } = await import('./kernel-log/import-log-command.ts');
        done(await importLog(file, options, context));
        return;
      }
      if (format === 'boots') {
        const { importBoots } = await import('./kernel-log/import-boots-command.ts');
        done(importBoots(file, options, context));
        return;
      }
      if (format !== 'ftrace') throw new UsageError(unknownName('format', format, IMPORT_FORMATS));
      const { importTrace } = await import('./kernel-trace/import-command.ts');
      done(await importTrace(file, options, context));
    });

  program
    .command('conform <file>')
    .usage('FILE [options]')
    .summary('check the numbers of a real kernel against ours')
    .description('Checks the numbers in the trace of a real kernel against the functions of the model, event by event.')
    .option('--kernel <release>', 'which wrote the trace, as in 5.10; else its events tell')
    .option('--verbose', 'what every rule says, and what those lack that had nothing to check')
    .option('--simulate', 'run the same workload here, and show the statistics of both side by side')
    .option('--profile <name>', `the kernel that is simulated, see dragon list (default: ${DEFAULT_PROFILE})`)
    .option('--seed <n>', `of the simulated run (default: ${DEFAULT_SEED})`, parseSeed)
    .addOption(new Option('--seeds <n>', 'the same').argParser(parseSeeds).hideHelp())
    .option('--json', 'print one JSON object and nothing else')
    .option('--workload <in.json>', "what to simulate, if not what the trace's events tell")
    .option('--write-workload <out.json>', 'write what is simulated there, to be changed')
    .action(async (file: string, { simulate, ...options }: ConformOptions & SimulateOptions & { simulate?: true }) => {
      const { workload, writeWorkload, profile, seed, seeds, kernel, verbose } = options;
      if (!simulate && (workload ?? writeWorkload ?? profile ?? seed ?? seeds) !== undefined)
        throw new UsageError('--workload, --write-workload, --profile and --seed are of --simulate');
      if (simulate && (kernel ?? verbose) !== undefined)
        throw new UsageError('--kernel and --verbose are about the rules, not about --simulate');
      const { simulateTrace } = await import('./kernel-trace/simulate-trace-command.ts');
      const { conformTrace } = await import('./kernel-trace/conform-command.ts');
      done(await (simulate ? simulateTrace : conformTrace)(file, options, context));
    });

  program
    .command('calibrate <file>')
    .usage('FILE [-o OUT.json]')
    .summary('fit the latency model to the trace of a real kernel')
    .description('Measures what single steps cost in the trace of a real kernel, and writes a latency profile.')
    .option('-o, --output <file>', 'write the profile there')
    .option('--json', 'print the profile and nothing else')
    .action(async (file: string, options: CalibrateOptions) => {
      const { calibrate } = await import('./kernel-trace/calibrate-command.ts');
      done(await calibrate(file, options, context));
    });

  addAboutCommands(program, context, done);

  for (const command of program.commands) command.copyInheritedSettings(program);
  for (const command of [program, ...program.commands]) command.exitOverride((error) => refuse(error, command));
  return program;
}

/** Where the words of an option or command are pressed for room, they stand below it. */
function helpItem(term: string, termWidth: number, description: string, width: number): string {
  const left = termWidth + 4;
  if (width - left >= 40)
    return wrap(description, width - left)
      .map((line, i) => `  ${(i === 0 ? term : '').padEnd(termWidth)}  ${line}`)
      .join('\n');
  return foldLines([`  ${term}`, ...wrap(description, width - 6).map((line) => `      ${line}`)], width).join('\n');
}

/** Commander's words for what is wrong, put into ours. */
function refuse(error: CommanderError, command: Command): never {
  if (error.exitCode === 0) throw error;
  const message = error.message.replace(/^error: /, '');
  const [, quoted = ''] = /'([^'=]+)/.exec(message) ?? [];
  const takes = command.registeredArguments.length;
  const fewer = command.registeredArguments.some(({ required }) => !required);
  switch (error.code) {
    case 'commander.unknownOption':
      // Of `--json=yes`, commander says no more than that it does not know it.
      if (longOptions(command).includes(quoted)) throw new UsageError(`${quoted} takes no value`);
      throw new UsageError(elsewhere(quoted, command) ?? unknownName('option', quoted, longOptions(command)));
    case 'commander.missingArgument':
      throw new UsageError(`${command.name()} needs ${command.usage().replace(' [options]', '')}`);
    case 'commander.optionMissingArgument':
      throw new UsageError((/'(.+)' argument missing/.exec(message)?.[1] ?? '').replace(' ', ' needs a value, '));
    case 'commander.excessArguments':
      throw new UsageError(
        `${command.name()} takes ${takes === 0 ? 'no' : fewer ? `at most ${takes}` : takes} argument${takes === 1 ? '' : 's'}`,
      );
    default:
      throw new UsageError(message.split('\n', 1)[0]);
  }
}

/** Says which commands have an option that this one has not; undefined if none has. */
function elsewhere(option: string, command: Command): string | undefined {
  const others = (command.parent ?? command).commands.filter((each) => longOptions(each).includes(option));
  if (others.length === 0) return undefined;
  const guess = nearest(option, longOptions(command));
  const theirs = `${others.map((each) => `dragon ${each.name()}`).join(', ')} ${others.length === 1 ? 'has' : 'have'} it`;
  return `${command.name()} has no ${option}: ${theirs}${guess === undefined ? '' : `; or did you mean ${guess}?`}`;
}

const longOptions = (command: Command) => command.options.flatMap(({ long }) => long ?? []);
