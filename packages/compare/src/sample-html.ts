/** The report of a map: one HTML file that needs nothing else. */
import { COMPARE_STYLE } from './compare-style.ts';
import { Html, html } from './html-text.ts';
import { policyLabel } from './policy-label.ts';
import type { SampleMap } from './sample-map.ts';
import { scatterPlot, shapeOf } from './sample-scatter.ts';
import { SAMPLE_HEAD, sampleFacts, sampleRows } from './sample-table.ts';

interface SampleReportContext {
  /** The command that made it. */
  readonly command: string;
  readonly version: string;
}

const STYLE = `svg .quiet { fill: none; stroke: var(--measure); stroke-width: 1.5; }
svg .none { stroke: var(--muted); stroke-width: 1.5; }
.key { display: inline-block; width: 16px; height: 16px; vertical-align: -3px; margin: 0 2px 0 10px; }`;

/** Returns the file's text, the same for the same map; every text in it is escaped. */
export function sampleHtml(map: SampleMap, { command, version }: SampleReportContext): string {
  const title = `${map.scenario}: where each policy fails`;
  const [head, ...rest] = SAMPLE_HEAD;
  const rows = sampleRows(map).map(
    ([policy, where, ...numbers]) =>
      html`<tr><td>${policy}</td><td class="left">${where}</td>${numbers.map((text) => html`<td>${text}</td>`)}</tr>
`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Html(COMPARE_STYLE)}${new Html(STYLE)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
${sampleFacts(map).map(
  (fact) => html`<p class="facts">${fact}</p>
`,
)}<p class="failure">In most runs of a point: ${KEYS.map(([tally, text]) => html`<svg class="key" viewBox="0 0 16 16" aria-hidden="true">${shapeOf(tally, 8, 8)}</svg>${text}`)}</p>
</header>
<div class="panels">
${plotsOf(map)}</div>
<h2>All numbers</h2>
<div class="scroll" role="region" aria-label="All numbers" tabindex="0"><table>
<thead><tr><th>${head}</th>${rest.map((text, i) => html`<th${i === 0 ? html` class="left"` : undefined}>${text}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>
<p class="note">A stall: kswapd or an allocation waited for 10 s or longer.</p>
<footer>
<p>Made by sleeping-dragon ${version} with</p>
<pre><code>${command}</code></pre>
</footer>
</main>
</body>
</html>
`.text;
}

const tally = (deadlocks: number, ooms: number, stalls: number) => ({ runs: 1, deadlocks, ooms, stalls });

const KEYS = [
  [tally(1, 0, 0), 'a deadlock'],
  [tally(0, 1, 0), 'an OOM kill'],
  [tally(0, 0, 1), 'a stall'],
  [tally(0, 0, 0), 'none of these'],
  [null, 'no run'],
] as const;

/** Of each candidate, a plot for each pair of parameters. */
function plotsOf({ policyMaps, ranges, points }: SampleMap): Html[] {
  const pairs = ranges.flatMap((_x, i) => ranges.slice(i + 1).map((_, j) => [i, i + 1 + j] as const));
  return policyMaps.flatMap(({ policy, tallies }) =>
    (pairs.length === 0 ? [[0, undefined] as const] : pairs).flatMap(([across, up]) => {
      const x = ranges[across];
      if (x === undefined) return [];
      const places = points.map((values, point) => ({
        x: values[across] ?? 0,
        y: up === undefined ? 0 : (values[up] ?? 0),
        tally: tallies[point] ?? null,
      }));
      return [
        scatterPlot({ title: policyLabel(policy), x, y: up === undefined ? undefined : ranges[up], points: places }),
      ];
    }),
  );
}
