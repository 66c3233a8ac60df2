/** The column of cards: a few agents, each with what it came from, is in, and may come to. */
import type { WithState } from './page-state.ts';

export function CardColumn({ state }: WithState) {
  void state.revision.value;
  return <aside class="cards" />;
}
