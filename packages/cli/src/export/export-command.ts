/** `dragon export`: a run in other forms. Each form is a row here, with the options it takes. */
import { unknownName } from '@dragon/kernel';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../failure.ts';
import { optionFlag, parseAgents, parseInstant, parseTheme } from '../option-values.ts';
import { SETTINGS, withSettingsOptions } from '../run/settings-options.ts';
import { exportNotes } from '../help-texts.ts';
import type { ExportOptions } from './export-options.ts';

interface ExportForm {
  readonly name: string;
  readonly takes: readonly (keyof ExportOptions)[];
  /** Returns what does it: given the file and the options, it resolves to the exit code. */
  readonly load: () => Promise<(file: string, options: ExportOptions, context: CommandContext) => Promise<number>>;
}

const FORMS: readonly ExportForm[] = [
  {
    name: 'perfetto',
    takes: ['out'],
    load: async () => (await import('./export-perfetto.ts')).exportPerfetto,
  },
  {
    name: 'mermaid',
    takes: ['out', 'agents', 'from', 'to'],
    load: async () => (await import('./export-mermaid.ts')).exportMermaid,
  },
  {
    name: 'svg',
    takes: ['out', 'agent', 'at', 'theme'],
    load: async () => (await import('./export-svg.ts')).exportSvg,
  },
  {
    name: 'page',
    takes: ['out', ...SETTINGS],
    load: async () => (await import('./export-page.ts')).exportPage,
  },
];

export const EXPORT_FORMATS: readonly string[] = FORMS.map(({ name }) => name);

/** Adds the command to the program; `done` takes its exit code. */
export function addExportCommand(program: Command, context: CommandContext, done: (code: number) => void): void {
  const command = program
    .command('export <format> <file>')
    .usage('perfetto|mermaid|svg|page TRACE|SCENARIO [options]')
    .summary('a recorded run in the form of other tools')
    .description(
      'perfetto: a trace for ui.perfetto.dev, in its own protobuf: a thread for each agent, a slice for each state, an ' +
        'arrow for each message. mermaid: some agents, for some time, as a sequence diagram. svg: the statechart of an ' +
        'agent at an instant, with what it has just done and what may come; of a trace, or of a scenario by its name. ' +
        'page: the whole inspector with the run in it, of a trace, or of a scenario with the options of dragon run, as ' +
        'one file that opens in a browser without server and network.',
    )
    .option('-o, --out <file>', 'write it there, whole or not at all; without it or with -, to standard output')
    .option('--agents <list>', 'mermaid: whom to show, from left to right, as in kswapd0,inodegc/0', parseAgents)
    .option('--from <time>', 'mermaid: virtual time at which it begins (default: the start)', parseInstant('from'))
    .option('--to <time>', 'mermaid: virtual time before which it ends (default: the end)', parseInstant('to'))
    .option('--agent <name>', 'svg: whose statechart')
    .option('--at <time>', 'svg: virtual time (default: the end)', parseInstant('at'))
    .option('--theme <name>', 'svg: light, or dark (default: light)', parseTheme);
  withSettingsOptions(command)
    .addHelpText('after', exportNotes(context.terminal.width))
    .action(async (format: string, file: string, options: ExportOptions) => {
      const form = FORMS.find(({ name }) => name === format);
      if (form === undefined) throw new UsageError(unknownName('format', format, EXPORT_FORMATS));
      const others = Object.keys(options).filter((name) => !form.takes.some((taken) => taken === name));
      if (others.length > 0) throw new UsageError(`export ${format} takes no ${others.map(optionFlag).join(', ')}`);
      const run = await form.load();
      done(await run(file, options, context));
    });
}
