/** Completion for zsh, with the words of the help beside commands and options. */
import type { Completed, CompletedCommand, CompletedOption } from './completed-words.ts';

/** Returns the script: `source <(dragon completion zsh)`, or a file `_dragon` in `fpath`. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const named = commands.map(({ name, about }) => quoted(`${escaped(name)}:${about}`));
  const cases = commands.map(({ name, options, first, value }) => {
    const rows = options.flatMap((option) => option.names.map((each) => quoted(`${escaped(each)}:${option.about}`)));
    return `    ${name})
      options=(${rows.join(' ')})
      case $before in
${options.flatMap(optionCase).join('\n')}
        *) ${first.length === 0 ? completing(value) : firstOr(first, value)} ;;
      esac ;;`;
  });
  return `#compdef dragon
# Completion of dragon for zsh: source <(dragon completion zsh)
_dragon() {
  local command= before=\${words[CURRENT-1]} word
  local -a options commands
  commands=(${named.join(' ')})
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ $word != -* ]]; then command=$word; break; fi
  done
  if [[ \${words[CURRENT]} == --*=* ]]; then before=\${words[CURRENT]%%=*}; compset -P 1 '*='; fi
  if [[ -z $command ]]; then _describe command commands; return; fi
  case $command in
${cases.join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then _describe option options; fi
}
if [[ $funcstack[1] == _dragon ]]; then _dragon "$@"; elif (( $+functions[compdef] )); then compdef _dragon dragon; fi
`;
}

function optionCase({ names, value }: CompletedOption): string[] {
  return value === undefined ? [] : [`        ${names.join('|')}) ${completing(value)}; return ;;`];
}

/** One of some words comes before everything else. */
function firstOr(first: readonly string[], value: Completed): string {
  const among = `(${first.join('|')})`;
  return `if (( \${words[(I)${among}]} )); then ${completing(value)}; else compadd -- ${first.map(quoted).join(' ')}; fi`;
}

function completing(value: Completed): string {
  switch (value.kind) {
    case 'files':
      return value.words.length === 0 ? '_files' : `_files; compadd -- ${value.words.map(quoted).join(' ')}`;
    case 'list':
      return `compset -P '*,'; compadd -S '' -- ${value.words.map(quoted).join(' ')}`;
    case 'words':
      return value.words.length === 0 ? ':' : `compadd -- ${value.words.map(quoted).join(' ')}`;
  }
}

/** A colon ends the name. */
const escaped = (name: string) => name.replaceAll(':', '\\:');

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
