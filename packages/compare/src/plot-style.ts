/** The look of plots, light and dark, in a page or in a file of their own. */

/**
 * Blue and vermilion are told apart with every kind of colour vision (Okabe and Ito); no meaning is in colour alone.
 */
export const PLOT_COLOURS = `:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --muted: #59636e; --line: #d8dde3; --soft: #f4f6f8;
  --measure: #0b62a8; --failure: #b8430a; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --ink: #e6e9ed; --muted: #9aa5b1; --line: #343b43;
  --soft: #1d2228; --measure: #6fb5f0; --failure: #ff9a62; } }`;

export const PLOT_STYLE = `.measure { --mark: var(--measure); } .failure { --mark: var(--failure); }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
svg .policy { font-weight: 600; }
svg .label, svg .tick { fill: var(--muted); }
svg .label, svg .value { text-anchor: end; }
svg .tick { text-anchor: middle; font-size: 11px; }
svg .caption { text-anchor: start; }
svg .paper { fill: var(--paper); }
svg .grid, svg .row { stroke: var(--line); }
svg .row { stroke-dasharray: 1 3; }
svg .interval { stroke: var(--mark); stroke-width: 3; opacity: .45; stroke-linecap: round; }
svg .stroke { stroke: var(--mark); stroke-width: 2; }
svg .dot { fill: var(--mark); }
svg .hollow { fill: var(--paper); stroke: var(--mark); stroke-width: 2; }`;
