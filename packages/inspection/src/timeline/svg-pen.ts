/** A pen that writes SVG, for pictures that leave the page. */
import { estimatedWidth } from '../chart/estimated-width.ts';
import { CHART_SIZES } from '../chart/elk-graph.ts';
import { svgText } from '../svg-text.ts';
import { THEMES, type ThemeToken } from '../theme.ts';
import { LETTERS, type LineStyle, type Pen, type TextStyle } from './pen.ts';

const STRIPE_PITCH = 7;
/** Widths are estimated for labels of a chart. */
const LABEL_SCALE = LETTERS / CHART_SIZES.label;

export class SvgPen implements Pen {
  readonly #colours: Readonly<Record<ThemeToken, string>>;
  readonly #shapes: string[] = [];
  readonly #striped = new Set<ThemeToken>();

  constructor(theme: 'dark' | 'light') {
    this.#colours = THEMES[theme];
  }

  /** Returns what was drawn: definitions first. */
  content(): string {
    return [...[...this.#striped].map((tone) => this.#stripes(tone)), ...this.#shapes].join('\n');
  }

  /** Draws what `draw` draws inside of a rectangle that starts at a point. */
  inside(x: number, y: number, width: number, height: number, draw: () => void): void {
    const clip = `clip-${this.#shapes.length}`;
    this.#shapes.push(
      `<clipPath id="${clip}"><rect width="${width}" height="${height}"/></clipPath>`,
      `<g transform="translate(${x} ${y})" clip-path="url(#${clip})">`,
    );
    draw();
    this.#shapes.push('</g>');
  }

  fill(tone: ThemeToken, x: number, y: number, width: number, height: number, alpha = 1): void {
    const opacity = alpha === 1 ? '' : ` opacity="${short(alpha)}"`;
    this.#rect(x, y, width, height, `fill="${this.#colours[tone]}"${opacity}`);
  }

  hatch(tone: ThemeToken, x: number, y: number, width: number, height: number, isOpen: boolean): void {
    this.#striped.add(tone);
    this.#rect(x, y, width, height, `fill="url(#stripes-${tone})"`);
    this.frame(tone, x, y, width, height, isOpen);
  }

  frame(tone: ThemeToken, x: number, y: number, width: number, height: number, isOpen: boolean): void {
    const [left, top, right, bottom] = [x + 0.5, y + 0.5, x + width - 0.5, y + height - 0.5].map(short);
    const path = `M${right} ${top}H${left}V${bottom}H${right}${isOpen ? '' : 'Z'}`;
    this.#shapes.push(`<path d="${path}" fill="none" stroke="${this.#colours[tone]}"/>`);
  }

  line(tone: ThemeToken, fromX: number, fromY: number, toX: number, toY: number, style: LineStyle = {}): void {
    const { width = 1, isDashed = false } = style;
    const dashes = isDashed ? ' stroke-dasharray="5 4"' : '';
    const path = `M${short(fromX)} ${short(fromY)}L${short(toX)} ${short(toY)}`;
    this.#shapes.push(`<path d="${path}" stroke="${this.#colours[tone]}" stroke-width="${width}"${dashes}/>`);
  }

  head(tone: ThemeToken, x: number, y: number, direction: 'up' | 'down'): void {
    const back = direction === 'down' ? -6 : 6;
    this.#shapes.push(`<path d="M${short(x)} ${short(y)}l-5 ${back}h10Z" fill="${this.#colours[tone]}"/>`);
  }

  text(text: string, x: number, y: number, { tone, plate, weight }: TextStyle): void {
    if (plate !== undefined) this.fill(plate, x - 4, y - 7, this.measure(text) + 8, 14);
    this.#shapes.push(
      `<text x="${short(x)}" y="${short(y + LETTERS / 3)}" font-weight="${weight}" fill="${this.#colours[tone]}">${svgText(text)}</text>`,
    );
  }

  measure(text: string): number {
    return estimatedWidth(text, 'label') * LABEL_SCALE;
  }

  #rect(x: number, y: number, width: number, height: number, paint: string): void {
    this.#shapes.push(
      `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" ${paint}/>`,
    );
  }

  #stripes(tone: ThemeToken): string {
    return `<pattern id="stripes-${tone}" width="${STRIPE_PITCH}" height="${STRIPE_PITCH}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="${STRIPE_PITCH}" fill="${this.#colours[tone]}"/></pattern>`;
  }
}

const short = (value: number): string => String(Math.round(value * 10) / 10);
