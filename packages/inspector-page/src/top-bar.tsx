/** The top bar: the run, the transport, the clock, and where the cursor stands. */
import { formatSeconds } from '@dragon/engine';
import type { WithState } from './page-state.ts';

export function TopBar({ state }: WithState) {
  void state.revision.value;
  const record = state.record.value;
  return (
    <header class="bar">
      <h1>{record?.heading ?? 'sleeping-dragon'}</h1>
      <span class="grow" />
      <output class="clock">{formatSeconds(state.t.value)}</output>
      <span class="mode">{state.mode.value}</span>
      <span class="verdict">{record?.end?.outcome ?? ''}</span>
      <span class="digest">{record?.end?.digest ?? ''}</span>
    </header>
  );
}
