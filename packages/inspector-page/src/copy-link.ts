/** The link to what the page shows: its address, and the command that shows the same to whoever has the trace. */
import { formatFragment } from '@dragon/inspection';
import { shellWord } from '@dragon/kernel';
import { fragmentOf } from './page-address.ts';
import type { PageState } from './page-state.ts';

/** Puts both on the clipboard, a line each: an address of this machine is worth nothing to anybody else. */
export async function copyLink(state: PageState): Promise<void> {
  const fragment = formatFragment({ ...fragmentOf(state), t: state.t.value });
  const address = new URL(location.href);
  address.hash = fragment;
  await copyText(state, `${address.href}\n${inspectCommand(state, fragment)}`, 'the link');
}

/** As text for a shell: of a fork, the run that was opened, as the fragment has the faults. */
function inspectCommand({ file, openedAgain }: PageState, fragment: string): string {
  // The options of both commands are the same.
  const asked = openedAgain === undefined ? 'FILE' : openedAgain.slice('run '.length);
  const what = file.value === undefined ? asked : shellWord(file.value);
  return `npx dragon inspect ${what} ${shellWord(`#${fragment.replaceAll("'", '%27')}`)}`;
}

/** Puts a text on the clipboard and says so; where there is none, shows the text. */
export async function copyText(state: PageState, text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    state.said.value = `Copied ${what}.`;
  } catch {
    state.tell(text);
  }
}
