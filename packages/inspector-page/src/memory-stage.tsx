/** The stage of memory: where the inodes and the free pages are, over time and at the cursor. */
import { backlogsAt, memoryAt, memorySeries } from '@dragon/inspection';
import { NO_CENSUS, type Story, thousands, killFigure } from '@dragon/report';
import { useMemo } from 'preact/hooks';
import { useElementSize } from './element-size.ts';
import { FreePagesPlot } from './free-pages-plot.tsx';
import { InodePlot } from './inode-plot.tsx';
import { memoryStoryAt } from './memory-story.ts';
import { shownWindow } from './timeline-window.ts';
import type { WithRecord } from './with-record.ts';

/** Pixels between two instants at which the memory is looked at. */
const STEP = 2;

export function MemoryStage({ state, record }: WithRecord) {
  const revision = state.revision.value;
  const { ref, size } = useElementSize<HTMLDivElement>();
  const window = shownWindow(state);
  const points = Math.ceil(size.width / STEP);
  const series = useMemo(
    () => (points === 0 ? undefined : memorySeries(record, window.from, window.to, points)),
    [record, revision, window.from, window.to, points],
  );
  const story = memoryStoryAt(record, state.t.value);
  if (record.census.isEmpty && record.rows > 0) return <p class="no-census">{NO_CENSUS}</p>;
  return (
    <div class="memory">
      {story !== undefined && <Figure record={record} story={story} state={state} />}
      <div class="plots" ref={ref}>
        {series !== undefined && (
          <>
            <InodePlot state={state} record={record} series={series} story={story} />
            <FreePagesPlot state={state} record={record} series={series} story={story} />
          </>
        )}
      </div>
    </div>
  );
}

/** The one number of a finding of memory, as it was when it was found. */
function Figure({ record, story, state }: WithRecord & { readonly story: Story }) {
  const memory = memoryAt(record, story.at);
  const [victim] = story.parties;
  if (memory === undefined || victim === undefined) return null;
  const backlogs = backlogsAt(record, story.at).map(({ inodes }) => inodes);
  const { count, noun, texts } = killFigure(memory, state.names.value?.tasks.name(victim) ?? victim, backlogs);
  return (
    <div class="figure">
      <strong>{thousands(count)}</strong>
      <p>
        <b>{noun}</b>
        {texts.map((text) => (
          <span key={text}>{text}</span>
        ))}
      </p>
    </div>
  );
}
