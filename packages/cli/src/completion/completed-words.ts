/** What a shell may complete: the commands, options and values of the program as commander has them. */
import { POLICY_OPTIONS, PROFILES } from '@dragon/kernel';
import { SCENARIOS } from '@dragon/scenarios';
import type { Command, Option } from 'commander';
import { CHAOS_LIST } from '../chaos/chaos-list.ts';
import { EXPORT_FORMATS } from '../export/export-command.ts';
import { explainedWords } from '../explain/explanations.ts';
import { IMPORT_FORMATS, RUN_FORMATS, THEMES } from '../option-values.ts';
import { SCHEMA_NAMES } from '../schema-command.ts';

/** Values of an option or an argument: some words, a list of them with commas between, or files and some words. */
export interface Completed {
  readonly kind: 'words' | 'list' | 'files';
  readonly words: readonly string[];
}

export interface CompletedOption {
  /** As in `--output` and `-o`. */
  readonly names: readonly string[];
  readonly about: string;
  /** Absent if it takes no value. */
  readonly value?: Completed;
}

export interface CompletedCommand {
  readonly name: string;
  readonly about: string;
  readonly options: readonly CompletedOption[];
  /** Words one of which comes before all other arguments; none in most commands. */
  readonly first: readonly string[];
  /** Of every other argument. */
  readonly value: Completed;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

const FILES: Completed = { kind: 'files', words: [] };
const NOTHING: Completed = { kind: 'words', words: [] };

/** Of any scenario, as which one is meant is another word of the line. */
const SETTABLE: readonly string[] = [
  ...new Set(SCENARIOS.flatMap(({ minCpus, parameters }) => (parameters?.(minCpus) ?? []).map(({ key }) => `${key}=`))),
];

/** Returns the commands that the help shows, each with its options and the values of its arguments. */
export function completedCommands(program: Command): CompletedCommand[] {
  const shown = program.createHelp().visibleCommands(program);
  return shown.map((command) => ({
    name: command.name(),
    about: command.summary(),
    options: command.createHelp().visibleOptions(command).map(completedOption),
    ...argumentsOf(command, shown),
  }));
}

function completedOption(option: Option): CompletedOption {
  const names = [option.short, option.long].filter((name) => name !== undefined && name !== null);
  const about = option.description;
  return option.required || option.optional ? { names, about, value: valueOf(option) } : { names, about };
}

function valueOf({ long, flags }: Option): Completed {
  const profiles = PROFILES.map(({ name }) => name);
  const settings = POLICY_OPTIONS.flatMap(({ key, values }) => values.map(({ form }) => `${key}=${form}`));
  if (long === '--theme') return { kind: 'words', words: THEMES };
  if (long === '--format') return { kind: 'words', words: RUN_FORMATS };
  if (long === '--profile') return { kind: 'words', words: profiles };
  if (long === '--policy') return { kind: 'list', words: settings };
  if (long === '--set') return { kind: 'words', words: SETTABLE };
  if (long === '--candidate') return { kind: 'list', words: [...profiles, ...settings] };
  return flags.includes('<file>') ? FILES : NOTHING;
}

function argumentsOf(command: Command, commands: readonly Command[]): Pick<CompletedCommand, 'first' | 'value'> {
  const scenarios = SCENARIOS.map(({ name }) => name);
  const only = (value: Completed) => ({ first: [], value });
  const words = (some: readonly string[]) => only({ kind: 'words', words: some });
  switch (command.name()) {
    case 'chaos':
      return words([CHAOS_LIST, ...scenarios]);
    case 'export':
      return { first: EXPORT_FORMATS, value: { kind: 'files', words: scenarios } };
    case 'import':
      return { first: IMPORT_FORMATS, value: FILES };
    case 'inspect':
      return only({ kind: 'files', words: scenarios });
    case 'schema':
      return words(SCHEMA_NAMES);
  }
  switch (command.registeredArguments[0]?.name()) {
    case undefined:
      return only(NOTHING);
    case 'scenario':
      return words(scenarios);
    case 'shell':
      return words(SHELLS);
    case 'word':
      return words(explainedWords().filter((word) => !word.includes(' ')));
    case 'command':
      return words(commands.map((each) => each.name()));
    default:
      return only(FILES);
  }
}
