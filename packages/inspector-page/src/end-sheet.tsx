/** The sheet of the end of a run: verdict, digest, the command that makes it again, and what one may try. */
import { formatSeconds } from '@dragon/engine';
import type { ComparisonOffer, RunRecord } from '@dragon/inspection';
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
  const offers = state.offers.value;
  const compare = (texts: ComparisonOffer['texts']): void => {
    close();
    state.compareWith({ kind: 'scenario', texts });
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
      {offers.length > 0 && (
        <>
          <p>What one may try, beside this run:</p>
          <ul class="cures" aria-label="What one may try">
            {offers.map(({ texts, change, about, cures }) => (
              <li key={change}>
                <button type="button" onClick={() => compare(texts)}>
                  <code>{change}</code>
                  <span>{about}</span>
                  <span>{cures === undefined ? 'worth a try' : 'known to cure'}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </SheetFrame>
  );
}
