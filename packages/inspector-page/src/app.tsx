/** The page as a whole: where its panels stand. */
import { FindingStrip } from './finding-strip.tsx';
import { CardColumn } from './card-column.tsx';
import type { WithState } from './page-state.ts';
import { MemorySide } from './memory-stage.tsx';
import { Rail } from './rail.tsx';
import { StagePanel } from './stage-panel.tsx';
import { Timeline } from './timeline.tsx';
import { TopBar } from './top-bar.tsx';

export function App({ state }: WithState) {
  const failure = state.failure.value;
  return (
    <div class="app" data-present={state.present.value}>
      <TopBar state={state} />
      <FindingStrip state={state} />
      <div class="middle">
        <Rail state={state} />
        <main class="stage">
          {failure === undefined ? <StagePanel state={state} /> : <p class="failure">{failure}</p>}
        </main>
        <Side state={state} />
      </div>
      <Timeline state={state} />
    </div>
  );
}

/** What stands beside the stage: of memory its numbers, else the cards. */
function Side({ state }: WithState) {
  const record = state.record.value;
  if (record !== undefined && state.stage.value === 'memory') return <MemorySide state={state} record={record} />;
  return <CardColumn state={state} />;
}
