/** Completion for bash: a function that looks at the words of the line, and knows all that there is. */
import type { Completed, CompletedCommand } from './completed-words.ts';

/** Returns the script: `source <(dragon completion bash)`. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const options = commands.map(
    ({ name, options: some }) => `    ${name}) options=(${words(some.flatMap((option) => option.names))}) ;;`,
  );
  const values = commands.flatMap(({ name, options: some }) =>
    some.flatMap(({ names, value }) =>
      value === undefined
        ? []
        : [`    ${names.map((each) => quoted(`${name} ${each}`)).join('|')}) ${setOf(value)} ;;`],
    ),
  );
  const parameters = commands.map(({ name, value }) => `      ${name}) ${setOf(value)} ;;`);
  const firsts = commands
    .filter(({ first }) => first.length > 0)
    .map(({ name, first }) => `      ${name}) first=(${words(first)}) ;;`);
  return `# Completion of dragon for bash: source <(dragon completion bash)
_dragon() {
  local line=\${COMP_LINE:0:COMP_POINT} current command= before= kind=words
  local -a typed options=() values=() first=()
  current=\${line##*[[:space:]]}
  read -ra typed <<< "\${line%"$current"}"
  before=\${typed[-1]}
  local word value
  for word in "\${typed[@]:1}"; do
    if [[ $word != -* ]]; then command=$word; break; fi
  done
  # What bash takes for a word ends at = and : too; what stands before that is not to be repeated.
  local kept=\${current%"\${current##*[=:]}"}
  if [[ $current == --*=* ]]; then before=\${current%%=*} current=\${current#*=}; kept=\${current%"\${current##*[=:]}"}; fi
  case $command in
    '') options=(--help --version) values=(${words(commands.map(({ name }) => name))}) ;;
${options.join('\n')}
  esac
  case "$command $before" in
${values.join('\n')}
    *)
      case $command in
${parameters.join('\n')}
      esac
      case $command in
${firsts.join('\n')}
      esac
      # One of these comes before everything else.
      if [[ \${#first[@]} -gt 0 ]]; then
        local said=
        for word in "\${typed[@]:1}"; do
          for value in "\${first[@]}"; do [[ $word == "$value" ]] && said=yes; done
        done
        [[ -z $said ]] && kind=words values=("\${first[@]}")
      fi
      [[ $current == -* ]] && kind=words values=("\${options[@]}") ;;
  esac
  COMPREPLY=()
  if [[ $kind == files ]]; then
    local IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$current"))
    compopt -o filenames 2>/dev/null
    for value in "\${values[@]}"; do [[ $value == "$current"* ]] && COMPREPLY+=("$value"); done
    return
  fi
  local listed=
  [[ $kind == list && $current == *,* ]] && listed=\${current%,*},
  for value in "\${values[@]}"; do
    [[ $listed$value == "$current"* ]] || continue
    value=$listed$value
    printf -v value %q "\${value#"$kept"}"
    COMPREPLY+=("\${value//\\\\,/,}")
  done
}
complete -F _dragon dragon
`;
}

function setOf(value: Completed): string {
  return `kind=${value.kind} values=(${words(value.words)})`;
}

const words = (list: readonly string[]) => list.map(quoted).join(' ');

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
