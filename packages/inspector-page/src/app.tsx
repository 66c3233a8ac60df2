/** The page as a whole: where its panels stand. */
import type { FindingsJson } from '@dragon/dmesg';
import { useLayoutEffect } from 'preact/hooks';
import { AgentsSide } from './agents-side.tsx';
import { FindingStrip } from './finding-strip.tsx';
import { CardColumn } from './card-column.tsx';
import { LogPage } from './log-page.tsx';
import { MemoryStrip } from './memory-strip.tsx';
import { Notices } from './notices.tsx';
import type { WithState } from './page-state.ts';
import { MemorySide } from './memory-stage.tsx';
import { Rail } from './rail.tsx';
import { Sheets } from './sheets.tsx';
import { StagePanel } from './stage-panel.tsx';
import { Timeline } from './timeline.tsx';
import { TopBar } from './top-bar.tsx';

export function App({ state }: WithState) {
  const failure = state.failure.value;
  const record = state.record.value;
  const stage = state.stage.value;
  const isPresented = state.present.value;
  // The root's size is the page's: everything is measured in it.
  useLayoutEffect(() => {
    document.documentElement.dataset['present'] = String(isPresented);
  }, [isPresented]);
  const hello = state.feed.value?.hello.value;
  if (hello?.mode === 'dmesg') return <LogPage log={hello.log as unknown as FindingsJson} />;
  return (
    <div class="app" data-present={state.present.value} data-drawer={state.drawer.value}>
      <TopBar state={state} />
      <Notices state={state} />
      <FindingStrip state={state} />
      <div class="middle">
        <Rail state={state} />
        <main class="stage">
          {failure === undefined ? <StagePanel state={state} /> : <p class="failure">{failure}</p>}
          {record !== undefined && stage !== 'memory' && stage !== 'compare' && (
            <MemoryStrip state={state} record={record} />
          )}
        </main>
        <Side state={state} />
      </div>
      <Timeline state={state} />
      <Sheets state={state} />
    </div>
  );
}

/** What stands beside the stage: the cards, or what a stage has to say in words and numbers. */
function Side({ state }: WithState) {
  const record = state.record.value;
  const stage = state.stage.value;
  if (record !== undefined && stage === 'memory') return <MemorySide state={state} record={record} />;
  if (record !== undefined && stage === 'agents') return <AgentsSide state={state} record={record} />;
  // Two runs side by side take all the room.
  if (record !== undefined && stage === 'compare') return null;
  return <CardColumn state={state} />;
}
