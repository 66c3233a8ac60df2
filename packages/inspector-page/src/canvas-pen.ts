/** A pen that draws on a canvas in the page's colours, on whole pixels of the screen. */
import { LETTERS, type LineStyle, type Pen, type TextStyle, type ThemeToken } from '@dragon/inspection';

const STRIPE_PITCH = 7;
/** Of texts whose width is remembered. */
const MOST_WIDTHS = 4_096;

/** The colours of the page as they are now, and what is made of them. */
export class PageTones {
  readonly #colours = new Map<ThemeToken, string>();
  readonly #stripes = new Map<ThemeToken, CanvasPattern | null>();
  readonly #style: CSSStyleDeclaration;

  constructor(element: Element) {
    this.#style = getComputedStyle(element);
  }

  colour(tone: ThemeToken): string {
    let colour = this.#colours.get(tone);
    if (colour === undefined) {
      colour = this.#style.getPropertyValue(`--${tone}`).trim();
      this.#colours.set(tone, colour);
    }
    return colour;
  }

  /** Returns slanted stripes, in pixels of a screen with so many of them to a CSS pixel. */
  stripes(context: CanvasRenderingContext2D, tone: ThemeToken, ratio: number): CanvasPattern | null {
    const known = this.#stripes.get(tone);
    if (known !== undefined) return known;
    const size = Math.round(STRIPE_PITCH * ratio);
    const tile = new OffscreenCanvas(size, size);
    const pen = tile.getContext('2d');
    if (pen === null) return null;
    pen.strokeStyle = this.colour(tone);
    pen.lineWidth = size * 0.42;
    pen.beginPath();
    // Three strokes, so that the corners of the tile meet.
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift - size * 0.5, size * 1.5);
      pen.lineTo(shift + size * 1.5, -size * 0.5);
    }
    pen.stroke();
    const stripes = context.createPattern(tile, 'repeat');
    this.#stripes.set(tone, stripes);
    return stripes;
  }
}

export class CanvasPen implements Pen {
  readonly #context: CanvasRenderingContext2D;
  readonly #tones: PageTones;
  readonly #ratio: number;
  readonly #family: string;
  #fill = '';
  #font = '';
  readonly #widths = new Map<string, number>();

  constructor(context: CanvasRenderingContext2D, tones: PageTones, ratio: number, family: string) {
    this.#context = context;
    this.#tones = tones;
    this.#ratio = ratio;
    this.#family = family;
  }

  /** Makes everything transparent, for a new drawing. */
  clear(width: number, height: number): void {
    this.#context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    this.#context.textBaseline = 'middle';
    this.#fill = '';
    this.#font = '';
  }

  fill(tone: ThemeToken, x: number, y: number, width: number, height: number, alpha = 1): void {
    this.#ink(this.#tones.colour(tone));
    if (alpha === 1) this.#context.fillRect(x, y, width, height);
    else {
      this.#context.globalAlpha = alpha;
      this.#context.fillRect(x, y, width, height);
      this.#context.globalAlpha = 1;
    }
  }

  hatch(tone: ThemeToken, x: number, y: number, width: number, height: number, isOpen: boolean): void {
    const stripes = this.#tones.stripes(this.#context, tone, this.#ratio);
    if (stripes !== null) {
      this.#context.save();
      // The stripes are as they are on the screen, and begin where the bar does: they move with it.
      this.#context.setTransform(1, 0, 0, 1, Math.round(x * this.#ratio), Math.round(y * this.#ratio));
      this.#context.fillStyle = stripes;
      this.#context.fillRect(0, 0, Math.round(width * this.#ratio), Math.round(height * this.#ratio));
      this.#context.restore();
      this.#fill = '';
    }
    this.frame(tone, x, y, width, height, isOpen);
  }

  frame(tone: ThemeToken, x: number, y: number, width: number, height: number, isOpen: boolean): void {
    this.fill(tone, x, y, width, 1);
    this.fill(tone, x, y + height - 1, width, 1);
    this.fill(tone, x, y, 1, height);
    if (!isOpen) this.fill(tone, x + width - 1, y, 1, height);
  }

  line(tone: ThemeToken, fromX: number, fromY: number, toX: number, toY: number, style: LineStyle = {}): void {
    const { width = 1, isDashed = false } = style;
    const context = this.#context;
    context.strokeStyle = this.#tones.colour(tone);
    context.lineWidth = width;
    context.setLineDash(isDashed ? [5, 4] : []);
    context.beginPath();
    const shift = width % 2 === 1 ? 0.5 : 0;
    const [left, right] = fromX === toX ? [Math.round(fromX) + shift, Math.round(toX) + shift] : [fromX, toX];
    context.moveTo(left, fromY);
    context.lineTo(right, toY);
    context.stroke();
  }

  head(tone: ThemeToken, x: number, y: number, direction: 'up' | 'down'): void {
    const context = this.#context;
    const back = direction === 'down' ? -6 : 6;
    this.#ink(this.#tones.colour(tone));
    context.beginPath();
    context.moveTo(Math.round(x), y);
    context.lineTo(Math.round(x) - 5, y + back);
    context.lineTo(Math.round(x) + 5, y + back);
    context.closePath();
    context.fill();
  }

  text(text: string, x: number, y: number, { tone, plate, weight }: TextStyle): void {
    if (plate !== undefined)
      this.fill(plate, Math.round(x) - 4, Math.round(y) - 7, Math.ceil(this.measure(text, weight)) + 8, 14, 1);
    this.#letters(weight);
    this.#ink(this.#tones.colour(tone));
    this.#context.fillText(text, Math.round(x), Math.round(y) + 0.5);
  }

  measure(text: string, weight: TextStyle['weight']): number {
    const key = `${weight}${text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    this.#letters(weight);
    const { width } = this.#context.measureText(text);
    if (this.#widths.size > MOST_WIDTHS) this.#widths.clear();
    this.#widths.set(key, width);
    return width;
  }

  #letters(weight: TextStyle['weight']): void {
    const font = `${weight} ${LETTERS}px ${this.#family}`;
    if (font !== this.#font) this.#context.font = this.#font = font;
  }

  #ink(colour: string): void {
    if (colour !== this.#fill) this.#context.fillStyle = this.#fill = colour;
  }
}
