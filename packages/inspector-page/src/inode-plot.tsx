/** The plot of inodes by who counts them: one area over time, what is in no count at its bottom. */
import type { MemorySeries } from '@dragon/inspection';
import { INODE_BANDS, type InodeBand, thousands } from '@dragon/report';
import { LevelTexts, MemoryPlot, type PlotFrame, type PlotProps, roundLevels } from './memory-plot.tsx';

export function InodePlot(props: PlotProps) {
  const { series } = props;
  const most = Math.max(1, ...series.at.map((_, i) => series.bands.reduce((sum, band) => sum + (band[i] ?? 0), 0)));
  const present = INODE_BANDS.filter((_, b) => series.bands[b]?.some((value) => value > 0)).toReversed();
  const caption = (
    <>
      Inodes by who counts them
      <span class="plot-legend">
        {present.map(({ kind, name, counts }) => (
          <span key={kind} title={`${name}: ${counts}`}>
            <i class={`swatch-${kind}`} />
            {name}
          </span>
        ))}
      </span>
    </>
  );
  const bands = stackedBands(series);
  const place = (frame: PlotFrame): Place => ({
    frame,
    xs: series.at.map(frame.x),
    y: (value) => frame.bottom - (value / most) * (frame.bottom - frame.top),
  });
  return (
    <MemoryPlot
      {...props}
      kind="inodes"
      about="Inodes by who counts them, over time"
      caption={caption}
      names={(frame) => bands.map((band) => <BandName key={band.band.kind} {...band} {...place(frame)} />)}
    >
      {(frame) => <Bands {...place(frame)} bands={bands} most={most} />}
    </MemoryPlot>
  );
}

/** A band between two lines, by instant. */
interface Band {
  readonly band: InodeBand;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

function stackedBands({ at, bands }: MemorySeries): Band[] {
  let lower: readonly number[] = at.map(() => 0);
  return INODE_BANDS.map((band, b) => {
    const upper = lower.map((below, i) => below + (bands[b]?.[i] ?? 0));
    const stacked = { band, lower, upper };
    lower = upper;
    return stacked;
  });
}

/** Where instants and values are, in CSS pixels. */
interface Place {
  readonly frame: PlotFrame;
  readonly xs: readonly number[];
  readonly y: (value: number) => number;
}

function Bands({ bands, most, frame, xs, y }: Place & { readonly bands: readonly Band[]; readonly most: number }) {
  const points = (line: readonly number[]): string[] =>
    line.map((value, i) => `${(xs[i] ?? 0).toFixed(1)} ${y(value).toFixed(1)}`);
  const levels = roundLevels(most).map((level) => ({ y: y(level), text: thousands(level) }));
  return (
    <>
      <defs>
        <pattern id="uncounted" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="ground" width="8" height="8" />
          <rect class="stripe" width="4" height="8" />
        </pattern>
      </defs>
      <g class="levels">
        {levels.map((level) => (
          <line key={level.text} x1={frame.left} x2={frame.right} y1={level.y} y2={level.y} />
        ))}
      </g>
      <LevelTexts frame={frame} levels={levels} />
      {bands.map(({ band, lower, upper }) => (
        <path
          key={band.kind}
          class={`band band-${band.kind}`}
          d={`M${points(upper).join('L')}L${points(lower).toReversed().join('L')}Z`}
        />
      ))}
    </>
  );
}

/** Two lines of a band stand where it is highest, if they fit there; in rem. */
const NAME = { width: 12, height: 2.5 };

function BandName({ band, lower, upper, frame, xs, y }: Band & Place) {
  const { rem } = frame;
  const [width, height] = [NAME.width * rem, NAME.height * rem];
  const pitch = ((xs.at(-1) ?? 0) - (xs[0] ?? 0)) / Math.max(1, xs.length - 1);
  const reach = Math.ceil(width / 2 / Math.max(1, pitch));
  let best = { room: 0, at: 0, y: 0 };
  for (let i = reach; i < xs.length - reach; i += 8) {
    // The label is a rectangle: what is free over all of its width counts.
    const [top, bottom] = [i - reach, i, i + reach].reduce(
      ([high, low], place) => [Math.max(high, y(upper[place] ?? 0)), Math.min(low, y(lower[place] ?? 0))],
      [0, Number.POSITIVE_INFINITY],
    );
    if (bottom - top > best.room) best = { room: bottom - top, at: i, y: (top + bottom) / 2 };
  }
  if (best.room < height) return null;
  const x = xs[best.at] ?? 0;
  return (
    <g class={`band-name band-name-${band.kind}`}>
      {band.kind === 'uncounted' && (
        <rect x={x - width / 2} y={best.y - height / 2} width={width} height={height} rx="6" />
      )}
      <text x={x} y={best.y - 0.1875 * rem}>
        <tspan class="strong">{band.name}</tspan>
        <tspan x={x} dy={rem}>
          {band.counts}
        </tspan>
      </text>
    </g>
  );
}
