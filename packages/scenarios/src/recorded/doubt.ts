/** Doubts about a trace: what it does not tell, what was assumed instead or left out, and what would tell. */
export interface Doubt {
  readonly text: string;
  readonly wouldTell: string;
}

const SHOWN = 6;

/** Returns the names of tasks, each once. */
export function namesOf(tasks: readonly { readonly comm: string }[]): string {
  const names = [...new Set(tasks.map(({ comm }) => comm))].sort();
  const more = names.length - SHOWN;
  return more > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ');
}
