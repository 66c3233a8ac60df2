/** The strip of a finding: what was found, in the report's words, as soon as the cursor is there. */
import type { VirtualTime } from '@dragon/engine';
import type { RunRecord } from '@dragon/inspection';
import type { Story } from '@dragon/report';
import type { WithState } from './page-state.ts';
import { Words } from './words.tsx';

/** Returns the story that the page shows at an instant: the gravest of those that stand, the first told first. */
function storyAt(record: RunRecord | undefined, t: VirtualTime): Story | undefined {
  const standing = record?.stories.filter(({ at }) => at <= t) ?? [];
  return standing.find(({ kind }) => kind === 'deadlock') ?? standing[0];
}

export function FindingStrip({ state }: WithState) {
  void state.revision.value;
  const story = storyAt(state.record.value, state.t.value);
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
        </>
      )}
    </section>
  );
}
