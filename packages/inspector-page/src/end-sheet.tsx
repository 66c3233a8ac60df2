/** The sheet of the end of a run: verdict, digest, and the command that makes it again. */
import { formatSeconds } from '@dragon/engine';
import type { RunRecord } from '@dragon/inspection';
import { Command } from './command.tsx';
import type { WithState } from './page-state.ts';
import { SheetFrame } from './sheet.tsx';

interface EndSheetProps extends WithState {
  readonly record: RunRecord;
  readonly close: () => void;
}

export function EndSheet({ state, record, close }: EndSheetProps) {
  const { end } = record;
  const again = state.again.value;
  const compare = (): void => {
    close();
    state.choose('compare');
  };
  return (
    <SheetFrame title="The end of the run" close={close}>
      {end === undefined ? (
        <p>The run goes on.</p>
      ) : (
        <p>
          {end.outcome} at {formatSeconds(end.endedAt)} s, digest <code>{end.digest}</code>
        </p>
      )}
      {again !== undefined && <Command state={state} text={`npx dragon ${again}`} />}
      {state.offers.value.length > 0 && (
        <div class="end">
          <button type="button" class="action" onClick={compare}>
            What one may try <kbd>5</kbd>
          </button>
        </div>
      )}
    </SheetFrame>
  );
}
