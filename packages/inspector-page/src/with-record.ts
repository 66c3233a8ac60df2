/** What a panel is given that is there only while a run is shown. */
import type { RunRecord } from '@dragon/inspection';
import type { WithState } from './page-state.ts';

export interface WithRecord extends WithState {
  readonly record: RunRecord;
}
