/** The sheet of the end of a run: what it came to, the command that makes it again, and what one may try. */
import { formatSeconds } from '@dragon/engine';
import { gravestStory, plainText, thousands } from '@dragon/report';
import { Command } from './command.tsx';
import { ComparisonOffers } from './comparison-offers.tsx';
import { SheetFrame } from './sheet.tsx';
import type { WithRecord } from './with-record.ts';

export function EndSheet({ state, record, close }: WithRecord & { readonly close: () => void }) {
  const { end } = record;
  const again = state.again.value;
  const story = gravestStory(record.stories);
  return (
    <SheetFrame title="How it ended" close={close}>
      {story !== undefined && (
        <p>
          <b>{plainText(story.headline)}</b>
        </p>
      )}
      {end === undefined ? (
        <p>The run goes on.</p>
      ) : (
        <p>
          {end.outcome} at {formatSeconds(end.endedAt)} s, after {thousands(record.rows)} events, digest{' '}
          <code>{end.digest}</code>. The same command makes the same run, event for event:
        </p>
      )}
      {again !== undefined && <Command state={state} text={`npx dragon ${again}`} />}
      {end !== undefined && state.offers.value.length > 0 && <ComparisonOffers state={state} />}
    </SheetFrame>
  );
}
