/**
 * The mouse on the timeline: dragging the ground pans, dragging on the axis chooses what is shown, a click seeks, a
 * wheel zooms with Ctrl and pans with Shift.
 */
import type { Signal } from '@preact/signals';
import type { TimeAxis } from '@dragon/inspection';
import type { PageState } from './page-state.ts';
import type { TimelineParts } from './timeline-parts.ts';
import type { Tip } from './timeline-tip.tsx';
import { panned, shownAxis, shownSpan, shownWindow, showWindow, zoomed } from './timeline-window.ts';

/** Pixels on an axis. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** A shorter way is a click. */
const SHORTEST_DRAG = 4;
const WHEEL_ZOOM = 0.0025;

export class TimelineMouse {
  readonly #state: PageState;
  readonly #parts: TimelineParts;
  readonly #tip: Signal<Tip | undefined>;
  readonly #span: Signal<Span | undefined>;
  readonly #stop = new AbortController();

  constructor(state: PageState, parts: TimelineParts, tip: Signal<Tip | undefined>, span: Signal<Span | undefined>) {
    this.#state = state;
    this.#parts = parts;
    this.#tip = tip;
    this.#span = span;
    const { signal } = this.#stop;
    this.#drags(parts.sight, (axis, scroll) => ({
      move: (from, to, dy) => {
        panned(state, axis, to - from);
        parts.body.scrollTop = scroll - dy;
      },
      click: (x) => state.seek(axis.eventAt(x)),
    }));
    this.#drags(parts.axis, (axis) => ({
      move: (from, to) => (this.#span.value = { from: Math.min(from, to), to: Math.max(from, to) }),
      end: () => {
        const chosen = this.#span.value;
        this.#span.value = undefined;
        if (chosen !== undefined) showWindow(state, axis.instantAt(chosen.from), axis.instantAt(chosen.to));
      },
      cancel: () => (this.#span.value = undefined),
      click: (x) => state.seek(axis.eventAt(x)),
    }));
    this.#drags(parts.map, (axis) => ({
      move: (_, to) => this.#centre(to / axis.width),
      click: (x) => this.#centre(x / axis.width),
    }));
    parts.root.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
    parts.sight.addEventListener(
      'pointermove',
      ({ clientX, clientY, offsetX, buttons }) => {
        this.#tip.value =
          buttons === 0 ? { left: clientX, top: clientY, x: offsetX, y: this.#laneY(clientY) } : undefined;
      },
      { signal },
    );
    parts.sight.addEventListener('pointerleave', () => (this.#tip.value = undefined), { signal });
  }

  stop(): void {
    this.#stop.abort();
  }

  #width(): number {
    return this.#parts.map.clientWidth;
  }

  #laneY(clientY: number): number {
    const { top } = this.#parts.body.getBoundingClientRect();
    return clientY - top + this.#parts.body.scrollTop;
  }

  /** Shows what is around a part of the run, by the minimap. */
  #centre(part: number): void {
    const { from, to } = shownWindow(this.#state);
    const middle = part * Math.max(shownSpan(this.#state), to);
    showWindow(this.#state, middle - (to - from) / 2, middle + (to - from) / 2);
  }

  #wheel(event: WheelEvent): void {
    const axis = shownAxis(this.#state, this.#width());
    if (axis === undefined) return;
    const { left } = this.#parts.map.getBoundingClientRect();
    if (event.ctrlKey) {
      event.preventDefault();
      zoomed(this.#state, axis, event.clientX - left, Math.exp(event.deltaY * WHEEL_ZOOM));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      panned(this.#state, axis, -(event.deltaX === 0 ? event.deltaY : event.deltaX));
    }
  }

  #drags(
    element: HTMLElement,
    begin: (
      axis: TimeAxis,
      scroll: number,
    ) => {
      readonly move: (from: number, to: number, dy: number) => void;
      readonly end?: () => void;
      /** The system took the pointer away. */
      readonly cancel?: () => void;
      readonly click: (x: number) => void;
    },
  ): void {
    const { signal } = this.#stop;
    element.addEventListener(
      'pointerdown',
      (down) => {
        const axis = shownAxis(this.#state, this.#width());
        if (axis === undefined || down.button !== 0) return;
        const { left } = this.#parts.map.getBoundingClientRect();
        const drag = begin(axis, this.#parts.body.scrollTop);
        const from = down.clientX - left;
        let isDrag = false;
        const over = new AbortController();
        element.setPointerCapture(down.pointerId);
        element.addEventListener(
          'pointermove',
          ({ clientX, clientY }) => {
            const dy = clientY - down.clientY;
            isDrag ||= Math.abs(clientX - left - from) >= SHORTEST_DRAG || Math.abs(dy) >= SHORTEST_DRAG;
            if (isDrag) drag.move(from, clientX - left, dy);
          },
          { signal: over.signal },
        );
        const ended = (): void => {
          over.abort();
          if (isDrag) drag.end?.();
          else drag.click(from);
        };
        element.addEventListener('pointerup', ended, { signal: over.signal });
        const cancelled = (): void => {
          over.abort();
          drag.cancel?.();
        };
        element.addEventListener('pointercancel', cancelled, { signal: over.signal });
      },
      { signal },
    );
  }
}
