/** Completion for fish: a line for each command, option and set of values. */
import type { Completed, CompletedCommand } from './completed-words.ts';

/** Returns the script: `dragon completion fish | source`. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, about, options, first, value }) => {
    const here = `complete -c dragon -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c dragon -n __fish_use_subcommand -f -a ${quoted(name)} -d ${quoted(about)}`,
      ...argumentLines(name, first, value),
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

/** One of `first`, if there are any, comes before everything else. */
function argumentLines(name: string, first: readonly string[], value: Completed): string[] {
  const seen = `__fish_seen_subcommand_from ${name}`;
  if (first.length === 0) return [`complete -c dragon -n ${quoted(seen)} ${completing(value)}`];
  const said = `__fish_seen_subcommand_from ${first.join(' ')}`;
  return [
    `complete -c dragon -n ${quoted(`${seen}; and not ${said}`)} -f -a ${quoted(first.join(' '))}`,
    `complete -c dragon -n ${quoted(`${seen}; and ${said}`)} ${completing(value)}`,
  ];
}

function completing({ kind, words }: Completed): string {
  const offered = words.length === 0 ? '' : ` -a ${quoted(words.map(escaped).join(' '))}`;
  return kind === 'files' ? `-F${offered}` : `-f${offered || " -a ''"}`;
}

/** Fish splits the list as it would a command line. */
const escaped = (word: string) => word.replaceAll('(', '\\(').replaceAll(')', '\\)');

const quoted = (word: string) => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
