/** The stage of memory: where the inodes and the free pages are, over time and at the cursor. */
import type { VirtualTime } from '@dragon/engine';
import { axisTicks, backlogsAt, memoryAt, type MemorySeries, memorySeries, TimeAxis } from '@dragon/inspection';
import { INODE_BANDS, type InodeBand, NO_CENSUS, type Story, thousands, uncountedFigure } from '@dragon/report';
import { useMemo } from 'preact/hooks';
import { remPixels, useElementSize } from './element-size.ts';
import type { WithState } from './page-state.ts';
import { shownWindow } from './timeline-window.ts';
import type { WithRecord } from './with-record.ts';

/** Pixels between two instants at which the memory is looked at. */
const STEP = 2;
/** Room for the numbers beside a plot, and below it. */
const MARGIN = { left: 76, right: 12, bottom: 22, top: 8 };
/** The height of a plot's caption. */
const captionPixels = (): number => 1.25 * remPixels();

export function MemoryStage({ state, record }: WithRecord) {
  const revision = state.revision.value;
  const { ref, size } = useElementSize<HTMLDivElement>();
  const window = shownWindow(state);
  const width = Math.max(0, size.width - MARGIN.left - MARGIN.right);
  const series = useMemo(
    () => (width === 0 ? undefined : memorySeries(record, window.from, window.to, Math.ceil(width / STEP))),
    [record, revision, window.from, window.to, width],
  );
  const story = record.stories.find(({ kind, at }) => kind === 'oom' && at <= state.t.value);
  if (record.census.isEmpty && record.rows > 0) return <p class="no-census">{NO_CENSUS}</p>;
  return (
    <div class="memory">
      {story !== undefined && <Figure record={record} story={story} state={state} />}
      <div class="plots" ref={ref}>
        {series !== undefined && size.height > 0 && (
          <>
            <Inodes
              series={series}
              width={width}
              height={size.height * 0.62 - captionPixels()}
              state={state}
              evidence={story !== undefined}
            />
            <FreePages series={series} width={width} height={size.height * 0.38 - captionPixels()} state={state} />
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
  const { count, noun, texts } = uncountedFigure(memory, state.names.value?.tasks.name(victim) ?? victim, backlogs);
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

interface PlotProps extends WithState {
  readonly series: MemorySeries;
  readonly width: number;
  readonly height: number;
}

const xOf = (at: VirtualTime, { at: instants }: MemorySeries, width: number): number => {
  const from = instants[0] ?? 0;
  const to = instants.at(-1) ?? 0;
  return MARGIN.left + ((at - from) / Math.max(1, to - from)) * width;
};

function Inodes({ series, width, height, state, evidence }: PlotProps & { readonly evidence: boolean }) {
  const sums = series.at.map(() => 0);
  const most = Math.max(1, ...series.at.map((_, i) => series.bands.reduce((sum, band) => sum + (band[i] ?? 0), 0)));
  const scale = (value: number): number =>
    height - MARGIN.bottom - (value / most) * (height - MARGIN.bottom - MARGIN.top);
  const bands = INODE_BANDS.map((band, b) => {
    const lower = [...sums];
    for (const [i, value] of (series.bands[b] ?? []).entries()) sums[i] = (sums[i] ?? 0) + value;
    return { band, lower, upper: [...sums], values: series.bands[b] ?? [] };
  });
  const path = (lower: readonly number[], upper: readonly number[]): string => {
    const point = (value: number, i: number) =>
      `${xOf(series.at[i] ?? 0, series, width).toFixed(1)} ${scale(value).toFixed(1)}`;
    const back = lower.map(point).toReversed();
    return `M${upper.map(point).join('L')}L${back.join('L')}Z`;
  };
  return (
    <figure class="plot">
      <figcaption>Inodes by who counts them</figcaption>
      <svg
        width="100%"
        height={height}
        role="img"
        aria-label="Inodes by who counts them, over time"
        data-evidence={evidence}
      >
        <defs>
          <pattern id="uncounted" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect class="ground" width="8" height="8" />
            <rect class="stripe" width="4" height="8" />
          </pattern>
        </defs>
        <Levels most={most} scale={scale} width={width} />
        {bands.map(({ band, lower, upper }) => (
          <path key={band.kind} class={`band band-${band.kind}`} d={path(lower, upper)} />
        ))}
        {bands.map(({ band, lower, upper, values }) => (
          <BandName
            key={band.kind}
            band={band}
            lower={lower}
            upper={upper}
            values={values}
            series={series}
            width={width}
            scale={scale}
          />
        ))}
        <Axis series={series} width={width} y={height - MARGIN.bottom} state={state} />
        <Cursor series={series} width={width} height={height} state={state} />
      </svg>
    </figure>
  );
}

/** Two lines of a band stand where it is highest, if they fit there. */
const NAME_HEIGHT = 40;
const NAME_WIDTH = 190;

interface BandNameProps {
  readonly band: InodeBand;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly values: readonly number[];
  readonly series: MemorySeries;
  readonly width: number;
  readonly scale: (value: number) => number;
}

function BandName({ band, lower, upper, series, width, scale }: BandNameProps) {
  const reach = Math.ceil(NAME_WIDTH / 2 / STEP);
  let best = { room: 0, at: 0, y: 0 };
  for (let i = reach; i < series.at.length - reach; i += 8) {
    // The label is a rectangle: what is free over all of its width counts.
    const [top, bottom] = [i - reach, i, i + reach].reduce(
      ([high, low], place) => [Math.max(high, scale(upper[place] ?? 0)), Math.min(low, scale(lower[place] ?? 0))],
      [0, Number.POSITIVE_INFINITY],
    );
    if (bottom - top > best.room) best = { room: bottom - top, at: i, y: (top + bottom) / 2 };
  }
  if (best.room < NAME_HEIGHT) return null;
  const x = xOf(series.at[best.at] ?? 0, series, width);
  return (
    <g class={`band-name band-name-${band.kind}`}>
      {band.kind === 'uncounted' && (
        <rect x={x - NAME_WIDTH / 2} y={best.y - NAME_HEIGHT / 2} width={NAME_WIDTH} height={NAME_HEIGHT} rx="6" />
      )}
      <text x={x} y={best.y - 3}>
        <tspan class="strong">{band.name}</tspan>
        <tspan x={x} dy="16">
          {band.counts}
        </tspan>
      </text>
    </g>
  );
}

/** Round numbers beside a plot. */
function Levels({
  most,
  scale,
  width,
}: {
  readonly most: number;
  readonly scale: (value: number) => number;
  readonly width: number;
}) {
  const magnitude = 10 ** Math.floor(Math.log10(most / 2));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((each) => most / each <= 5) ?? most;
  const levels = Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
  return (
    <g class="levels">
      {levels.map((level) => (
        <g key={level}>
          <line x1={MARGIN.left} x2={MARGIN.left + width} y1={scale(level)} y2={scale(level)} />
          <text x={MARGIN.left - 8} y={scale(level) + 4}>
            {thousands(level)}
          </text>
        </g>
      ))}
    </g>
  );
}

function Axis({ series, width, y, state }: Omit<PlotProps, 'height'> & { readonly y: number }) {
  const record = state.record.value;
  if (record === undefined) return null;
  const axis = new TimeAxis(record, 'time', { from: series.at[0] ?? 0, to: series.at.at(-1) ?? 0 }, width);
  return (
    <g class="axis">
      {axisTicks(axis).map(({ x, text }) => (
        <text key={text} x={MARGIN.left + x} y={y + 16} data-last={x > width - 24}>
          {text}
        </text>
      ))}
    </g>
  );
}

function Cursor({ series, width, height, state }: PlotProps) {
  const x = xOf(state.t.value, series, width);
  if (x < MARGIN.left || x > MARGIN.left + width + 1) return null;
  return <line class="cursor" x1={x} x2={x} y1={MARGIN.top} y2={height - MARGIN.bottom} />;
}

const MARKS = ['high', 'low', 'min'] as const;

function FreePages({ series, width, height, state }: PlotProps) {
  const most = Math.max(1, ...series.pages.map(({ free, high }) => Math.max(free, high)));
  const scale = (value: number): number =>
    height - MARGIN.bottom - Math.sqrt(value / most) * (height - MARGIN.bottom - MARGIN.top);
  const line = (key: 'free' | (typeof MARKS)[number]): string =>
    `M${series.pages.map((pages, i) => `${xOf(series.at[i] ?? 0, series, width).toFixed(1)} ${scale(pages[key]).toFixed(1)}`).join('L')}`;
  const last = series.pages.at(-1);
  const [high, min] = [last?.high ?? 0, last?.min ?? 0];
  // Marks that lie closer than a line of text are named together.
  const apart = scale(min) - scale(high) >= 26;
  return (
    <figure class="plot">
      <figcaption>
        Free pages <small>(square-root scale)</small>
      </figcaption>
      <svg width="100%" height={height} role="img" aria-label="Free pages against the watermarks, over time">
        {MARKS.map((mark) => (
          <path key={mark} class="mark" d={line(mark)} />
        ))}
        <path class="free" d={line('free')} />
        <g class="levels">
          {apart ? (
            MARKS.filter((mark) => mark !== 'low').map((mark) => (
              <text key={mark} x={MARGIN.left - 8} y={scale(last?.[mark] ?? 0) + 4}>
                {mark}
              </text>
            ))
          ) : (
            <text x={MARGIN.left - 8} y={scale((high + min) / 2) + 4}>
              marks
            </text>
          )}
        </g>
        <Axis series={series} width={width} y={height - MARGIN.bottom} state={state} />
        <Cursor series={series} width={width} height={height} state={state} />
      </svg>
    </figure>
  );
}
