/** The look of plots, light and dark, in a page or in a file of their own. */

type Colour = 'paper' | 'ink' | 'muted' | 'line' | 'soft' | 'measure' | 'failure';
type Palette = Readonly<Record<Colour, string>>;

/**
 * Blue and vermilion are told apart with every kind of colour vision (Okabe and Ito); no meaning is in colour alone.
 */
const LIGHT: Palette = {
  paper: '#fff',
  ink: '#1b1f24',
  muted: '#59636e',
  line: '#d8dde3',
  soft: '#f4f6f8',
  measure: '#0b62a8',
  failure: '#b8430a',
};
const DARK: Palette = {
  paper: '#14171b',
  ink: '#e6e9ed',
  muted: '#9aa5b1',
  line: '#343b43',
  soft: '#1d2228',
  measure: '#6fb5f0',
  failure: '#ff9a62',
};

const inTheDark = (rules: string): string => `@media (prefers-color-scheme: dark) { ${rules} }`;

const variables = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');

/** The colours as variables, for a page. */
export const PLOT_COLOURS = `:root { color-scheme: light dark; ${variables(LIGHT)} }
${inTheDark(`:root { ${variables(DARK)} }`)}`;

/** The plots of a page, in its colours; `measure` and `failure` are classes of what is around a plot. */
export const PLOT_STYLE = `.measure { --mark: var(--measure); } .failure { --mark: var(--failure); }
${styleIn((name) => `var(--${name})`)}`;

/**
 * The plot of a file, whose marks are measures. Its colours are written out: viewers of pictures know no variables, and
 * draw black on black.
 */
export const PLOT_FILE_STYLE = `${styleIn(coloursOf(LIGHT))}
${inTheDark(styleIn(coloursOf(DARK)))}`;

function coloursOf(palette: Palette): (name: Colour | 'mark') => string {
  return (name) => palette[name === 'mark' ? 'measure' : name];
}

function styleIn(colour: (name: Colour | 'mark') => string): string {
  return `svg text { font: 12px system-ui, sans-serif; fill: ${colour('ink')}; }
svg .policy { font-weight: 600; }
svg .label, svg .tick { fill: ${colour('muted')}; }
svg .label, svg .value { text-anchor: end; }
svg .tick { text-anchor: middle; font-size: 11px; }
svg .caption { text-anchor: start; }
svg .paper { fill: ${colour('paper')}; }
svg .grid, svg .row { stroke: ${colour('line')}; }
svg .row { stroke-dasharray: 1 3; }
svg .interval { stroke: ${colour('mark')}; stroke-width: 3; opacity: .45; stroke-linecap: round; }
svg .stroke { stroke: ${colour('mark')}; stroke-width: 2; }
svg .dot { fill: ${colour('mark')}; }
svg .hollow { fill: ${colour('paper')}; stroke: ${colour('mark')}; stroke-width: 2; }`;
}
