/** The plot of free pages against the watermarks of the zone, on a square-root scale, where they are far apart. */
import { memoryAt } from '@dragon/inspection';
import { memoryStrip, thousands } from '@dragon/report';
import { LevelTexts, MemoryPlot, type PlotFrame, type PlotProps } from './memory-plot.tsx';

export function FreePagesPlot(props: PlotProps) {
  const { state, record } = props;
  const now = memoryAt(record, state.t.value);
  const caption = (
    <>
      Free pages {now !== undefined && <b>{thousands(now.pages.free)}</b>}
      <small>{now !== undefined && `watermarks: ${memoryStrip(now).marks}`}</small>
      <small>(square-root scale)</small>
    </>
  );
  return (
    <MemoryPlot {...props} kind="pages" about="Free pages against the watermarks, over time" caption={caption}>
      {(frame) => <Lines {...props} frame={frame} />}
    </MemoryPlot>
  );
}

const MARKS = ['high', 'low', 'min'] as const;

/** Below this height of a plot the marks are one line of text, in rem. */
const LOW = 3;

function Lines({ series, frame }: PlotProps & { readonly frame: PlotFrame }) {
  const { top, bottom, rem } = frame;
  const most = Math.max(1, ...series.pages.map(({ free, high }) => Math.max(free, high)));
  const y = (value: number): number => bottom - Math.sqrt(value / most) * (bottom - top);
  const xs = series.at.map(frame.x);
  const line = (key: 'free' | (typeof MARKS)[number]): string =>
    `M${series.pages.map((pages, i) => `${(xs[i] ?? 0).toFixed(1)} ${y(pages[key]).toFixed(1)}`).join('L')}`;
  // Where their lines begin.
  const [first] = series.pages;
  const marks =
    bottom - top > LOW * rem
      ? MARKS.map((mark) => ({ y: y(first?.[mark] ?? 0), text: mark as string }))
      : [{ y: y(first?.low ?? 0), text: 'watermarks' }];
  const ends = [
    { y: top, text: thousands(most) },
    { y: bottom, text: '0' },
  ].filter((end) => marks.every((mark) => Math.abs(mark.y - end.y) > rem));
  return (
    <>
      {MARKS.map((mark) => (
        <path key={mark} class="mark" d={line(mark)} />
      ))}
      <path class="free" d={line('free')} />
      <LevelTexts frame={frame} levels={[...ends, ...marks]} />
    </>
  );
}
