/** A plot of memory over time: its caption, its axes, the cursor, and the instant of what was found. */
import { formatSeconds, type VirtualTime } from '@dragon/engine';
import { axisTicks, type MemorySeries, TimeAxis } from '@dragon/inspection';
import type { Story } from '@dragon/report';
import type { ComponentChildren } from 'preact';
import { remPixels, useElementSize } from './element-size.ts';
import type { WithRecord } from './with-record.ts';

export interface PlotProps extends WithRecord {
  readonly series: MemorySeries;
  /** What was found up to the cursor. */
  readonly story: Story | undefined;
}

/** Where a plot's values are drawn, in CSS pixels. */
export interface PlotFrame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly rem: number;
  readonly x: (at: VirtualTime) => number;
}

/** Room for the numbers beside a plot, for its times below it, and for a flag above it, in rem. */
const ROOM = { left: 5, right: 0.75, top: 0.5, bottom: 1.375, flag: 1.25 };
/** A plot that is lower shows nothing that could be read, in rem. */
const LEAST = 3;

interface FrameProps extends PlotProps {
  readonly kind: 'inodes' | 'pages';
  /** What a reader is told of the drawing. */
  readonly about: string;
  readonly caption: ComponentChildren;
  readonly children: (frame: PlotFrame) => ComponentChildren;
  /** What lies over the lines of the instants. */
  readonly names?: (frame: PlotFrame) => ComponentChildren;
}

export function MemoryPlot({ state, record, series, story, kind, about, caption, children, names }: FrameProps) {
  const { ref, size } = useElementSize<HTMLDivElement>();
  const rem = remPixels();
  const hasFlag = kind === 'inodes' && story !== undefined;
  const frame = plotFrame(series, size, hasFlag ? ROOM.flag : ROOM.top, rem);
  const axis = new TimeAxis(
    record,
    'time',
    { from: series.at[0] ?? 0, to: series.at.at(-1) ?? 0 },
    frame.right - frame.left,
  );
  return (
    <figure class="plot" data-kind={kind}>
      <figcaption>{caption}</figcaption>
      <div class="plot-area" ref={ref}>
        {size.height > LEAST * rem && (
          <svg
            width={size.width}
            height={size.height}
            role="img"
            aria-label={about}
            data-evidence={story !== undefined}
          >
            {children(frame)}
            <g class="axis">
              {axisTicks(axis).map(({ x, text }) => (
                <text
                  key={text}
                  x={frame.left + x}
                  y={frame.bottom + rem}
                  data-last={frame.left + x > frame.right - 1.5 * rem}
                >
                  {text}
                </text>
              ))}
            </g>
            {story !== undefined && <Found frame={frame} story={story} isFlag={hasFlag} />}
            <Instant frame={frame} at={state.t.value} name="cursor" />
            {names?.(frame)}
          </svg>
        )}
      </div>
    </figure>
  );
}

function plotFrame(
  { at }: MemorySeries,
  size: { readonly width: number; readonly height: number },
  above: number,
  rem: number,
): PlotFrame {
  const [from, to] = [at[0] ?? 0, at.at(-1) ?? 0];
  const [left, right] = [ROOM.left * rem, Math.max(ROOM.left * rem + 1, size.width - ROOM.right * rem)];
  return {
    left,
    right,
    top: above * rem,
    bottom: size.height - ROOM.bottom * rem,
    rem,
    x: (instant) => left + ((instant - from) / Math.max(1, to - from)) * (right - left),
  };
}

interface InstantProps {
  readonly frame: PlotFrame;
  readonly at: VirtualTime;
  readonly name: 'cursor' | 'found';
}

function Instant({ frame, at, name }: InstantProps) {
  const x = frame.x(at);
  if (x < frame.left || x > frame.right + 1) return null;
  return <line class={name} x1={x} x2={x} y1={frame.top} y2={frame.bottom} />;
}

/** When it was found; the flag says what. */
function Found({
  frame,
  story,
  isFlag,
}: {
  readonly frame: PlotFrame;
  readonly story: Story;
  readonly isFlag: boolean;
}) {
  const x = frame.x(story.at);
  if (x < frame.left || x > frame.right + 1) return null;
  const isRight = x < (frame.left + frame.right) / 2;
  return (
    <>
      <Instant frame={frame} at={story.at} name="found" />
      {isFlag && (
        <text class="found-flag" x={x} y={frame.top - 0.375 * frame.rem} data-end={!isRight}>
          {story.tag} {formatSeconds(story.at).slice(0, -3)} s
        </text>
      )}
    </>
  );
}

/** A number or a name beside a plot, at a value. */
export interface Level {
  readonly y: number;
  readonly text: string;
}

/** Lines of text beside a plot, each as near to its value as those beside it let it. */
export function LevelTexts({ frame, levels }: { readonly frame: PlotFrame; readonly levels: readonly Level[] }) {
  return (
    <g class="levels">
      {spread(levels, 0.8125 * frame.rem, frame.bottom).map(({ y, text }) => (
        <text key={text} x={frame.left - 0.5 * frame.rem} y={y + 0.25 * frame.rem}>
          {text}
        </text>
      ))}
    </g>
  );
}

/** Between pushing all of them down and pushing all of them up, so that the middle of a crowd is where it belongs. */
function spread(levels: readonly Level[], pitch: number, bottom: number): Level[] {
  const sorted = levels.toSorted((a, b) => a.y - b.y);
  const down: number[] = [];
  for (const { y } of sorted) down.push(Math.max(y, (down.at(-1) ?? y) + (down.length === 0 ? 0 : pitch)));
  const up: number[] = [];
  for (const { y } of sorted.toReversed()) up.push(Math.min(y, (up.at(-1) ?? bottom + pitch) - pitch));
  up.reverse();
  // In a low plot the first of a crowd would be pushed out at its top.
  const least = (i: number): number => pitch * (i + 0.5);
  return sorted.map(({ text }, i) => ({ text, y: Math.max(least(i), ((down[i] ?? 0) + (up[i] ?? 0)) / 2) }));
}

/** Round numbers from 0 to at most `most`. */
export function roundLevels(most: number): number[] {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(2, most) / 2));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((each) => most / each <= 5) ?? most;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}
