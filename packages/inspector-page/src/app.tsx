/** The page as a whole: where its panels stand. */
import type { FindingsJson } from '@dragon/dmesg';
import { useLayoutEffect } from 'preact/hooks';
import { AgentsSide } from './agents-side.tsx';
import { Command } from './command.tsx';
import { FindingStrip } from './finding-strip.tsx';
import { CardColumn } from './card-column.tsx';
import { LogPage } from './log-page.tsx';
import { MemoryStrip } from './memory-strip.tsx';
import { Notices } from './notices.tsx';
import type { WithState } from './page-state.ts';
import { MemorySide } from './memory-side.tsx';
import { Rail } from './rail.tsx';
import { Sheets } from './sheets.tsx';
import { StagePanel } from './stage-panel.tsx';
import { StartPage } from './start-page.tsx';
import { Timeline } from './timeline.tsx';
import { TopBar } from './top-bar.tsx';
import { TourBar } from './tour-bar.tsx';
import { WaitAnnouncer } from './wait-announcer.tsx';
import { WaitingForAgents } from './waiting-for-agents.tsx';

export function App({ state }: WithState) {
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
    <div
      class="app"
      data-start={record === undefined}
      data-present={state.present.value}
      data-drawer={state.drawer.value}
    >
      <TopBar state={state} />
      <Notices state={state} />
      <FindingStrip state={state} />
      <div class="middle">
        <Rail state={state} />
        <main class="stage">
          <Stage state={state} />
          {record !== undefined && stage !== 'memory' && stage !== 'compare' && (
            <MemoryStrip state={state} record={record} />
          )}
        </main>
        <Side state={state} />
      </div>
      <TourBar state={state} />
      <Timeline state={state} />
      <Sheets state={state} />
      <WaitAnnouncer state={state} />
    </div>
  );
}

/** The stage, or why there is none. */
function Stage({ state }: WithState) {
  const failure = state.failure.value;
  if (state.record.value !== undefined && failure === undefined) return <StagePanel state={state} />;
  if (state.isStart.value || state.feed.value?.hello.value?.mode === 'start') return <StartPage state={state} />;
  if (failure !== undefined) {
    const again = state.again.value;
    return (
      <div class="failure">
        <p>{failure}</p>
        {again !== undefined && <Command state={state} text={`npx dragon ${again}`} />}
      </div>
    );
  }
  const waiting = state.feed.value?.waiting.value;
  if (waiting === undefined) return <p class="waiting-for">Opening the run …</p>;
  return <WaitingForAgents waiting={waiting} />;
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
