/** The painter of the timeline's canvases: each is painted when something that it shows has changed. */
import { formatDuration } from '@dragon/engine';
import {
  axisTicks,
  drawLanes,
  eventDensity,
  type FindingFlag,
  faultFlags,
  findingFlags,
  instantText,
  type RunRecord,
  type TimelineModel,
  type TimelineLane,
  type TimelineView,
  writeLanes,
} from '@dragon/inspection';
import { CanvasPen, PageTones } from './canvas-pen.ts';
import type { PageState } from './page-state.ts';
import type { TimelineParts } from './timeline-parts.ts';
import { shownSpan, shownWindow } from './timeline-window.ts';

/** In pixels as they are at a root font of 16; what is presented is drawn larger. */
export interface TimelineSize {
  /** CSS pixels to one of these. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  /** What is scrolled away above. */
  readonly top: number;
}

const MAP_HEIGHT = 18;
const AXIS_HEIGHT = 20;
const TEXT_MARGIN = 6;

/** The lanes that are shown, and what they are of. */
export interface ShownLanes {
  readonly model: TimelineModel;
  readonly lanes: readonly TimelineLane[];
  /** The run beside it, and where the two stop being the same. */
  readonly other: { readonly model: TimelineModel; readonly differsAt: number | undefined } | undefined;
}

/** What one canvas showed when it was painted last, so that the same is not painted again. */
type Shown = readonly unknown[];

export class TimelinePainter {
  readonly #parts: TimelineParts;
  readonly #pens = new Map<HTMLCanvasElement, { readonly pen: CanvasPen; readonly size: string }>();
  readonly #shown = new Map<HTMLCanvasElement, Shown>();
  #tones: PageTones;
  #scale = 1;
  #flags: readonly FindingFlag[] = [];
  /** Of the map, and what it was counted of. */
  #density: { readonly of: Shown; readonly counts: Uint32Array } = { of: [], counts: new Uint32Array() };
  /** What is shown. */
  view: TimelineView | undefined;
  /** How often bars were painted, for whoever measures. */
  painted = 0;

  constructor(parts: TimelineParts) {
    this.#parts = parts;
    this.#tones = new PageTones(parts.root);
  }

  /** The colours have changed. */
  forgetColours(): void {
    this.#tones = new PageTones(this.#parts.root);
    this.#pens.clear();
    this.#shown.clear();
  }

  /** Paints what has changed. */
  paint(state: PageState, { lanes, model, other }: ShownLanes, size: TimelineSize): void {
    const { width, height, top } = size;
    if (width <= 0) return;
    this.#scale = size.scale;
    const t = state.t.value;
    const window = shownWindow(state);
    const kind = state.axis.value;
    const [messagesOf, allMessages] = [state.selection.value, state.allMessages.value];
    const beside = other && { view: other.model.view([], kind, window, width), differsAt: other.differsAt };
    const view = model.view(lanes, kind, window, width, { messagesOf, allMessages, other: beside });
    const shown = [window.from, window.to];
    const scene = [
      model,
      other,
      state.revision.value,
      lanes,
      kind,
      ...shown,
      width,
      height,
      top,
      size.scale,
      messagesOf,
      allMessages,
    ];
    const until = Math.max(shownSpan(state), window.to);
    this.#canvas(
      this.#parts.map,
      width,
      MAP_HEIGHT,
      [model, state.revision.value, ...shown, until, width, size.scale],
      (pen) => this.#paintMap(pen, view, until, width),
    );
    const sight = { top, height };
    this.#canvas(this.#parts.bars, width, height, scene, (pen) => {
      this.painted += 1;
      drawLanes(pen, view, sight);
      for (const { at } of model.record.findings) {
        const x = view.axis.x(at);
        if (x >= 0 && x <= width) pen.line('find', x, 0, x, height);
      }
    });
    this.#moveFork(view, state.forkedAt.value);
    const cursor = this.#moveCursor(view, t);
    this.#canvas(this.#parts.axis, width, AXIS_HEIGHT, [...scene, cursor.from, cursor.to], (pen) => {
      const flagged = [...model.record.stories.map(({ tag, at }) => ({ tag, at })), ...faultFlags(model.record)];
      this.#flags = findingFlags(view.axis, flagged, cursor, (text) => pen.measure(text, 650));
      for (const { from, to, text, tone } of this.#flags) {
        pen.fill(`${tone}-bg`, from, 0, to - from, AXIS_HEIGHT);
        pen.frame(tone, from, 0, to - from, AXIS_HEIGHT, false);
        pen.text(text, from + TEXT_MARGIN, AXIS_HEIGHT / 2 + 0.5, { tone, weight: 650 });
      }
      for (const { x, text } of axisTicks(view.axis)) {
        const half = pen.measure(text, 400) / 2;
        const left = Math.max(0, Math.min(x - half, width - 2 * half));
        if ([cursor, ...this.#flags].every(({ from, to }) => left + 2 * half < from - 4 || left > to + 4))
          pen.text(text, left, AXIS_HEIGHT / 2, { tone: 'text3', weight: 400 });
      }
    });
    this.#canvas(this.#parts.notes, width, height, [...scene, t, this.#flags.length, cursor.from], (pen) => {
      writeLanes(pen, view, sight, t);
      // A flag that had to give way is tied to its instant.
      for (const { x, from, to, tone } of this.#flags)
        pen.fill(tone, Math.min(x - 0.5, from), 0, Math.max(x + 0.5, to) - Math.min(x - 0.5, from), 2);
    });
    this.view = view;
  }

  #canvas(
    canvas: HTMLCanvasElement,
    width: number,
    height: number,
    shown: Shown,
    paint: (pen: CanvasPen) => void,
  ): void {
    const before = this.#shown.get(canvas);
    if (before?.length === shown.length && before.every((each, i) => each === shown[i])) return;
    this.#shown.set(canvas, shown);
    const pen = this.#pen(canvas, width, height);
    if (pen === undefined) return;
    pen.clear(width, height);
    paint(pen);
  }

  #pen(canvas: HTMLCanvasElement, width: number, height: number): CanvasPen | undefined {
    const ratio = devicePixelRatio * this.#scale;
    const size = `${width} ${height} ${ratio}`;
    const known = this.#pens.get(canvas);
    if (known?.size === size) return known.pen;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width * this.#scale}px`;
    canvas.style.height = `${height * this.#scale}px`;
    const context = canvas.getContext('2d');
    if (context === null) return undefined;
    const pen = new CanvasPen(context, this.#tones, ratio, getComputedStyle(this.#parts.root).fontFamily);
    this.#pens.set(canvas, { pen, size });
    return pen;
  }

  /** Events over the whole run, what is found, and the window as a box. */
  #paintMap(pen: CanvasPen, { record, axis: { window } }: TimelineView, until: number, width: number): void {
    const density = this.#densityOf(record, until, Math.floor(width));
    const most = Math.log1p(density.reduce((a, b) => Math.max(a, b), 1));
    pen.fill('bg', 0, 0, width, MAP_HEIGHT);
    for (const [x, count] of density.entries()) {
      if (count === 0) continue;
      const high = Math.max(1, (Math.log1p(count) / most) * (MAP_HEIGHT - 6));
      pen.fill('text3', x, MAP_HEIGHT - 2 - high, 1, high);
    }
    const found = record.findings.flatMap(({ at }) => (at <= until ? [Math.round((at / until) * width)] : []));
    this.#writeEnds(pen, until, width, found);
    for (const x of found) pen.fill('find', x - 1, 1, 2, MAP_HEIGHT - 2);
    const from = (window.from / until) * width;
    const to = Math.max(from + 3, (window.to / until) * width);
    pen.frame('text', from, 0, to - from, MAP_HEIGHT, false);
  }

  /** While nothing but the window moves, it is the same. */
  #densityOf(record: RunRecord, until: number, parts: number): Uint32Array {
    const of = [record, record.rows, until, parts];
    if (of.some((each, i) => each !== this.#density.of[i]))
      this.#density = { of, counts: eventDensity(record, until, parts) };
    return this.#density.counts;
  }

  /** How long what the map shows is; left of what was found if that is near the end. */
  #writeEnds(pen: CanvasPen, until: number, width: number, found: readonly number[]): void {
    const end = formatDuration(until);
    const wide = pen.measure(end, 400) + 2 * TEXT_MARGIN;
    let right = width;
    for (const x of found.toReversed()) if (x <= right + 1 && x > right - wide) right = x;
    const style = { tone: 'text3', plate: 'bg', weight: 400 } as const;
    pen.text('0', TEXT_MARGIN, MAP_HEIGHT / 2, style);
    pen.text(end, right - wide + TEXT_MARGIN, MAP_HEIGHT / 2, style);
  }

  /** Left of the mark the fork and its original are one run. */
  #moveFork({ axis }: TimelineView, at: number | undefined): void {
    const { fork } = this.#parts;
    const x = at === undefined ? -1 : Math.round(axis.x(at));
    fork.hidden = x < 0 || x > axis.width;
    fork.style.transform = `translateX(${x * this.#scale}px)`;
  }

  /** Returns the pixels that the flag covers. */
  #moveCursor(view: TimelineView, t: number): { readonly from: number; readonly to: number } {
    const { line, flag, future } = this.#parts;
    const { width, edgeX } = view.axis;
    const scale = this.#scale;
    const x = Math.round(view.axis.x(t));
    const isInSight = x >= 0 && x <= width;
    line.hidden = !isInSight;
    flag.hidden = false;
    future.hidden = x >= Math.min(width, edgeX);
    future.style.transform = `translateX(${Math.max(0, x) * scale}px)`;
    const text = instantText(t);
    if (flag.textContent !== text) flag.textContent = text;
    line.style.transform = `translateX(${x * scale}px)`;
    const wide = flag.offsetWidth / scale;
    const left = Math.max(0, Math.min(x - wide / 2, width - wide));
    flag.style.transform = `translateX(${left * scale}px)`;
    return { from: left, to: left + wide };
  }
}
