/** The strip of a finding: what was found, in the report's words, as soon as the cursor is there. */
import { storyAt } from '@dragon/inspection';
import { copyLink } from './copy-link.ts';
import type { WithState } from './page-state.ts';
import { Words } from './words.tsx';

export function FindingStrip({ state }: WithState) {
  void state.revision.value;
  const record = state.record.value;
  const story = record && storyAt(record, state.t.value);
  return (
    <section class="finding" aria-label="Finding" aria-live="assertive" data-open={story !== undefined}>
      {story !== undefined && (
        <>
          <span class="tag">{story.tag}</span>
          <div class="words">
            <h2>
              <Words sentence={story.headline} state={state} />
            </h2>
            <p>
              <Words sentence={story.sentence} state={state} />
            </p>
          </div>
          <div class="acts">
            {story.kind === 'deadlock' && (
              <button type="button" class="action" onClick={() => (state.sheet.value = 'story')}>
                How it came about <kbd>g h</kbd>
              </button>
            )}
            {record?.end !== undefined && state.offers.value.some(({ cures }) => cures === story.kind) && (
              <button type="button" class="action" onClick={() => state.choose('compare')}>
                What cures it
              </button>
            )}
            <button type="button" class="action" onClick={() => void copyLink(state)}>
              Copy link <kbd>c</kbd>
            </button>
          </div>
        </>
      )}
    </section>
  );
}
