/** The strip of a finding: what was found, in the report's words. */
import type { WithState } from './page-state.ts';

export function FindingStrip({ state }: WithState) {
  void state.revision.value;
  return <section class="finding" />;
}
