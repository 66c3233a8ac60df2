/** Words of a command that a person takes along into a shell, where names of others must be words and nothing else. */
export function shellWord(text: string): string {
  return /^[\w./:=,+@%-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
