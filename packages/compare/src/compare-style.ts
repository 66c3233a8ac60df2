/** The look of the report: one style sheet, light and dark, from 360 px to paper. */
import { PLOT_COLOURS, PLOT_STYLE } from './plot-style.ts';

export const COMPARE_STYLE = `
${PLOT_COLOURS}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main { max-width: 1460px; margin: 0 auto; padding: 20px 16px 40px; }
header p.verdict { font-size: 17px; line-height: 1.4; max-width: 60em; margin: 6px 0 10px; }
.headline table { font-size: clamp(16px, 1.8vw, 21px); }
.headline td:first-child { font-weight: 600; max-width: 30em; }
.half-cure { color: var(--failure); }
h1 { font-size: 15px; font-weight: 600; color: var(--muted); margin: 0; }
h2 { font-size: 19px; margin: 36px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); }
h3 { font-size: 15px; margin: 0 0 4px; }
p { max-width: 75em; margin: 6px 0; }
.facts, figcaption, .note { color: var(--muted); font-size: 13px; }
a { color: inherit; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 296px), 1fr)); gap: 22px 30px; margin-top: 22px; }
figure { margin: 0; min-width: 0; max-width: 440px; break-inside: avoid; }
svg { display: block; width: 100%; height: auto; }
${PLOT_STYLE}
svg .hit { fill: transparent; }
svg a:hover .hit, svg a:focus .hit { fill: var(--soft); }
.scroll { overflow-x: auto; margin: 10px 0; }
table { border-collapse: collapse; font-size: 13px; overflow-wrap: normal; }
th, td { padding: 4px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--muted); vertical-align: bottom; }
th:first-child, td:first-child, .left { text-align: left; }
td:first-child { white-space: normal; min-width: 9.5em; max-width: 15em; overflow-wrap: anywhere; }
td.prose { white-space: normal; min-width: 16em; text-align: left; }
.alarm { color: var(--failure); font-weight: 600; }
.cells { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 18px 30px; }
.cells section { min-width: 0; break-inside: avoid; scroll-margin-top: 12px; }
.cells section:target { outline: 2px solid var(--measure); outline-offset: 6px; }
code { font: 12.5px/1.45 ui-monospace, monospace; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 4px; padding: 7px 9px; margin: 3px 0 9px;
  white-space: pre-wrap; user-select: all; }
footer { margin-top: 36px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--muted); font-size: 13px; }
@media print { body { font-size: 11px; } main { padding: 0; max-width: none; } .panels { grid-template-columns: repeat(3, 1fr); }
  .scroll { overflow: visible; } th, td { padding: 2px 4px; font-size: 9px; } a { text-decoration: none; } pre { user-select: auto; } }
`;
