/**
 * Drawing of a chart on the page: made once for a layout; a change of state is a change of classes. It is dragged and
 * zoomed, and its camera follows the agent.
 */
import {
  boxMarks,
  type ChartLayout,
  chartDrawing,
  type ChartMarks,
  chartStyle,
  lineMarks,
  type Rectangle,
} from '@dragon/inspection';
import { select } from 'd3-selection';
import { zoom, type ZoomBehavior, zoomIdentity, zoomTransform } from 'd3-zoom';

/** Below these zooms labels of lines, and names of states, are not drawn. */
const LABELS_FROM = 0.6;
const NAMES_FROM = 0.35;
const ZOOMS = [0.1, 3] as const;
/** The camera moves at most so often, in milliseconds. */
const CAMERA_REST_MS = 500;

const SVG = 'http://www.w3.org/2000/svg';

interface Part {
  readonly element: Element;
  readonly base: string;
  readonly classes: (marks: ChartMarks) => readonly string[];
  shown: string;
}

export class ChartDrawing {
  readonly #svg: SVGSVGElement;
  readonly #ground: SVGGElement;
  readonly #zoom: ZoomBehavior<SVGSVGElement, unknown>;
  #layout: ChartLayout | undefined;
  #parts: Part[] = [];
  #cameraMovedMs = Number.NEGATIVE_INFINITY;

  /** `onOpen` is told of a compound that was clicked, `onSend` of the transitions of a line that may come next. */
  constructor(
    host: HTMLElement,
    { onOpen, onSend }: { onOpen: (path: string) => void; onSend: (edges: readonly number[]) => void },
  ) {
    useChartStyle();
    this.#svg = document.createElementNS(SVG, 'svg');
    this.#svg.setAttribute('class', 'chart-drawing');
    this.#svg.setAttribute('data-pans', '');
    // Readers are given the list beside it.
    this.#svg.setAttribute('aria-hidden', 'true');
    this.#ground = document.createElementNS(SVG, 'g');
    this.#svg.append(this.#ground);
    host.append(this.#svg);
    this.#zoom = zoom<SVGSVGElement, unknown>()
      .scaleExtent([...ZOOMS])
      .on('zoom', ({ transform }: { transform: { k: number; toString(): string } }) => {
        this.#ground.setAttribute('transform', transform.toString());
        this.#svg.classList.toggle('without-labels', transform.k < LABELS_FROM);
        this.#svg.classList.toggle('without-names', transform.k < NAMES_FROM);
      });
    select(this.#svg).call(this.#zoom).on('dblclick.zoom', null);
    this.#svg.addEventListener('click', ({ target }) => {
      const element = target instanceof Element ? target : undefined;
      const box = element?.closest<SVGGElement>('.closed, .open');
      const line = element?.closest<SVGGElement>('.line.possible');
      if (line?.dataset['line'] !== undefined) onSend(this.#layout?.lines[Number(line.dataset['line'])]?.edges ?? []);
      else if (box?.dataset['path'] !== undefined) onOpen(box.dataset['path']);
    });
  }

  /** Draws a layout, unless it is there already. */
  show(layout: ChartLayout, marks: ChartMarks): void {
    if (layout.hash !== this.#layout?.hash) {
      const isFirst = this.#layout === undefined;
      this.#layout = layout;
      this.#ground.innerHTML = chartDrawing(layout, marks);
      const boxes = new Map(layout.boxes.map((box) => [box.path, box]));
      this.#parts = [...this.#ground.querySelectorAll<SVGGElement>('.box, .line')].flatMap((element): Part[] => {
        const { path, line: number } = element.dataset;
        const [box, line] = [boxes.get(path ?? ''), layout.lines[Number(number ?? -1)]];
        const shown = element.getAttribute('class') ?? '';
        if (box !== undefined)
          return [{ element, shown, base: `box ${box.kind}`, classes: (with_) => boxMarks(box, with_) }];
        return line === undefined ? [] : [{ element, shown, base: 'line', classes: (with_) => lineMarks(line, with_) }];
      });
      if (isFirst) this.fit(marks);
    }
    for (const part of this.#parts) {
      const classes = [part.base, ...part.classes(marks)].join(' ');
      if (classes === part.shown) continue;
      part.element.setAttribute('class', classes);
      part.shown = classes;
    }
  }

  /** Shows all of it if that can be read; otherwise where the agent is. */
  fit(marks: ChartMarks): void {
    const layout = this.#layout;
    const { width, height } = this.#svg.getBoundingClientRect();
    if (layout === undefined || width === 0) return;
    const whole = Math.min(width / layout.width, height / layout.height);
    if (whole < 1) {
      this.#lookAt(this.#activeBox(marks) ?? { x: 0, y: 0, width: 0, height: 0 }, 1);
      return;
    }
    const scale = Math.min(whole, 1.4);
    const [x, y] = [(width - layout.width * scale) / 2, (height - layout.height * scale) / 2];
    this.#zoom.transform(select(this.#svg), zoomIdentity.translate(x, y).scale(scale));
  }

  /** Moves the camera if the agent has left the middle two thirds of the stage; never twice within half a second. */
  follow(marks: ChartMarks): void {
    const box = this.#activeBox(marks);
    const now = performance.now();
    if (box === undefined || now - this.#cameraMovedMs < CAMERA_REST_MS) return;
    const { width, height } = this.#svg.getBoundingClientRect();
    const { k, x, y } = zoomTransform(this.#svg);
    const [left, top] = [(box.x + box.width / 2) * k + x, (box.y + box.height / 2) * k + y];
    const isIn = left > width / 6 && left < (width * 5) / 6 && top > height / 6 && top < (height * 5) / 6;
    if (isIn) return;
    this.#cameraMovedMs = now;
    this.#lookAt(box, k);
  }

  remove(): void {
    this.#svg.remove();
  }

  #activeBox({ active }: ChartMarks): Rectangle | undefined {
    return this.#layout?.boxes.find(({ path, kind }) => kind !== 'open' && active.has(path));
  }

  /** Puts a box in the middle, and no more of what is beside the drawing into sight than there must be. */
  #lookAt(box: Rectangle, scale: number): void {
    const { width, height } = this.#svg.getBoundingClientRect();
    const layout = this.#layout ?? { width: 0, height: 0 };
    const along = (size: number, whole: number, middle: number): number => {
      if (whole * scale <= size) return (size - whole * scale) / 2;
      return Math.min(0, Math.max(size - whole * scale, size / 2 - middle * scale));
    };
    const x = along(width, layout.width, box.x + box.width / 2);
    const y = along(height, layout.height, box.y + box.height / 2);
    this.#zoom.transform(select(this.#svg), zoomIdentity.translate(x, y).scale(scale));
  }
}

let style: CSSStyleSheet | undefined;

/** The style of charts is made of the same rules as that of pictures. */
function useChartStyle(): void {
  if (style !== undefined) return;
  style = new CSSStyleSheet();
  style.replaceSync(chartStyle((token) => `var(--${token})`));
  document.adoptedStyleSheets.push(style);
}
