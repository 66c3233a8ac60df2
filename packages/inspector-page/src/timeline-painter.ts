/** The painter of the timeline's canvases: each is painted when something that it shows has changed. */
import {
  axisTicks,
  drawLanes,
  eventDensity,
  instantText,
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
    const { from, to } = window;
    const scene = [
      model,
      other,
      state.revision.value,
      lanes,
      kind,
      from,
      to,
      width,
      height,
      top,
      size.scale,
      messagesOf,
      allMessages,
    ];
    const until = Math.max(shownSpan(state), to);
    this.#canvas(
      this.#parts.map,
      width,
      MAP_HEIGHT,
      [model, state.revision.value, from, to, until, width, size.scale],
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
    this.#canvas(this.#parts.notes, width, height, [...scene, t], (pen) => writeLanes(pen, view, sight, t));
    this.#moveFork(view, state.forkedAt.value);
    const cursor = this.#moveCursor(view, t);
    this.#canvas(this.#parts.axis, width, AXIS_HEIGHT, [...scene, cursor.from, cursor.to], (pen) => {
      for (const { x, text } of axisTicks(view.axis)) {
        const half = pen.measure(text, 400) / 2;
        const left = Math.max(0, Math.min(x - half, width - 2 * half));
        if (left + 2 * half < cursor.from - 4 || left > cursor.to + 4)
          pen.text(text, left, AXIS_HEIGHT / 2, { tone: 'text3', weight: 400 });
      }
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
    const density = eventDensity(record, until, Math.floor(width));
    const most = Math.log1p(density.reduce((a, b) => Math.max(a, b), 1));
    pen.fill('bg', 0, 0, width, MAP_HEIGHT);
    for (const [x, count] of density.entries()) {
      if (count === 0) continue;
      const high = Math.max(1, (Math.log1p(count) / most) * (MAP_HEIGHT - 6));
      pen.fill('text3', x, MAP_HEIGHT - 2 - high, 1, high);
    }
    for (const { at } of record.findings)
      if (at <= until) pen.fill('find', Math.round((at / until) * width) - 1, 1, 2, MAP_HEIGHT - 2);
    const from = (window.from / until) * width;
    const to = Math.max(from + 3, (window.to / until) * width);
    pen.frame('text', from, 0, to - from, MAP_HEIGHT, false);
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
