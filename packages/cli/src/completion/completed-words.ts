/** What a shell may complete: the commands, options and values of the program as commander has them. */
import { POLICY_OPTIONS, PROFILES } from '@dragon/kernel';
import { SCENARIOS } from '@dragon/scenarios';
import type { Command, Option } from 'commander';
import { explainedWords } from '../explain/explanations.ts';
import { JSON_NAMES } from '../json/json-schemas.ts';

/** Values of an option or an argument: some words, a list of them with commas between, or files. */
export type Completed =
  | { readonly kind: 'words' | 'list'; readonly words: readonly string[] }
  | { readonly kind: 'files' };

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
  /** Of every argument. */
  readonly value: Completed;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

const FILES: Completed = { kind: 'files' };
const NOTHING: Completed = { kind: 'words', words: [] };

/** Returns the commands that the help shows, each with its options and the values of its arguments. */
export function completedCommands(program: Command): CompletedCommand[] {
  const shown = program.createHelp().visibleCommands(program);
  return shown.map((command) => ({
    name: command.name(),
    about: command.summary(),
    options: command.createHelp().visibleOptions(command).map(completedOption),
    value: argumentsOf(command, shown),
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
  if (long === '--profile') return { kind: 'words', words: profiles };
  if (long === '--policy') return { kind: 'list', words: settings };
  if (long === '--candidate') return { kind: 'list', words: [...profiles, ...settings] };
  return flags.includes('<file>') ? FILES : NOTHING;
}

function argumentsOf(command: Command, commands: readonly Command[]): Completed {
  const [first] = command.registeredArguments;
  switch (first?.name()) {
    case undefined:
      return NOTHING;
    case 'scenario':
      return { kind: 'words', words: SCENARIOS.map(({ name }) => name) };
    case 'shell':
      return { kind: 'words', words: SHELLS };
    case 'word':
      return { kind: 'words', words: explainedWords().filter((word) => !word.includes(' ')) };
    case 'command':
      return { kind: 'words', words: commands.map((each) => each.name()) };
    default:
      return command.name() === 'schema' ? { kind: 'words', words: JSON_NAMES } : FILES;
  }
}
