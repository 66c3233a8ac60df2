/** The reason why a page may put no faults into the run, for the person who would. */
import type { PageState } from './page-state.ts';

/** Undefined if it may: only a page that watches a run without the token of who started it may not. */
export function whyNoFaults(state: PageState): string | undefined {
  const hello = state.feed.value?.hello.value;
  if (hello?.may !== 'view') return undefined;
  return 'This page may only watch: open it by the address that the command printed.';
}
