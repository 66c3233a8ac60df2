/** Completion for fish: a line for each command, option and set of values. */
import type { Completed, CompletedCommand } from './completed-words.ts';

/** Returns the script: `dragon completion fish | source`. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, about, options, value }) => {
    const here = `complete -c dragon -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c dragon -n __fish_use_subcommand -f -a ${quoted(name)} -d ${quoted(about)}`,
      `${here} ${completing(value)}`,
      ...options.map((option) => {
        const names = option.names.map((each) =>
          each.startsWith('--') ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`,
        );
        const takes = option.value === undefined ? '' : ` -r ${completing(option.value)}`;
        return `${here} ${names.join(' ')}${takes} -d ${quoted(option.about)}`;
      }),
    ];
  });
  return `# Completion of dragon for fish: dragon completion fish | source\n${lines.join('\n')}\n`;
}

function completing(value: Completed): string {
  return value.kind === 'files' ? '-F' : `-f -a ${quoted(value.words.map(escaped).join(' '))}`;
}

/** Fish splits the list as it would a command line. */
const escaped = (word: string) => word.replaceAll('(', '\\(').replaceAll(')', '\\)');

const quoted = (word: string) => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
