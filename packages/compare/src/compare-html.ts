/** The report of a comparison: one HTML file that needs nothing else. */
import { formatSeconds } from '@dragon/engine';
import { comparePanels } from './compare-panels.ts';
import { cellSections, cellTable, edgeSection, pairedTable, sensitivitySection } from './compare-sections.ts';
import { COMPARE_STYLE } from './compare-style.ts';
import { headlineNotes, headlineRows } from './compare-headline.ts';
import { waitSection } from './compare-waits.ts';
import { compareVerdict } from './compare-verdict.ts';
import type { CompareCell } from './compare-cell.ts';
import type { Comparison } from './comparison.ts';
import { dotPlot } from './dot-plot.ts';
import { Html, html } from './html-text.ts';

/** What the report says besides the numbers. */
export interface CompareReportContext {
  /** Returns the command that makes one run of a cell again. */
  readonly replay: (cell: CompareCell, seed: number) => string;
  /** The command that made the comparison. */
  readonly command: string;
  readonly version: string;
  /** Names of the constants of the model that have no source. */
  readonly estimated: readonly string[];
}

/**
 * Returns the file's text, the same for the same comparison; every text in it is escaped, and nothing is loaded from
 * anywhere.
 */
export function compareHtml(comparison: Comparison, context: CompareReportContext): string {
  const { scenario, seeds, until, set, faults, policies, cpus, cells } = comparison;
  const title = `${scenario}: ${policies.length} ${policies.length === 1 ? 'policy' : 'policies'} compared`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Html(COMPARE_STYLE)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
${headline(comparison)}
<p class="verdict">${compareVerdict(comparison)}</p>
<p class="facts">${cells[0]?.runs ?? 0} runs a cell (seeds ${seeds}), ${cpus.join(', ')} ${cpus.length === 1 && cpus[0] === 1 ? 'CPU' : 'CPUs'}${set.map(({ key, text }) => `, ${key}=${text}`).join('')}, up to ${Number(formatSeconds(until))} s of virtual time${faults.length === 0 ? '' : `, each with ${faults.join(' and with ')}`}. Every policy met the same random numbers. Intervals hold with 95 % confidence. Select a mark to see a run that shows it.</p>
</header>
<div class="panels">
${comparePanels(comparison).map(dotPlot)}</div>
<h2>All numbers</h2>
${cellTable(comparison)}
${waitSection(comparison)}${pairedTable(comparison)}
<h2>Runs that show it</h2>
<p class="note">One click on a command selects the whole of it. It makes the same run again, event for event.</p>
<div class="cells">
${cellSections(comparison, context.replay)}</div>
${sensitivitySection(comparison)}
${edgeSection(comparison)}
${methods(context.estimated)}
<footer>
<p>Made by sleeping-dragon ${context.version} with</p>
<pre><code>${context.command}</code></pre>
</footer>
</main>
</body>
</html>
`.text;
}

function headline(comparison: Comparison): Html {
  const rows = headlineRows(comparison).map(
    ({ policy, deadlocks, kills, worstStall, worstAllocStall, hasDeadlocks, hasKills }) =>
      html`<tr><td>${policy}</td><td${hasDeadlocks ? html` class="alarm"` : undefined}>${deadlocks}</td><td${hasKills ? html` class="alarm"` : undefined}>${kills}</td><td>${worstStall}</td><td>${worstAllocStall}</td></tr>
`,
  );
  const notes = headlineNotes(comparison).map(
    (note) => html`<p class="half-cure">${note}</p>
`,
  );
  return html`<div class="scroll headline" role="region" aria-label="What came of each policy" tabindex="0"><table>
<thead><tr><th>policy</th><th>deadlocks</th><th>OOM kills</th><th>worst stall<br>of kswapd</th><th>of an<br>allocation</th></tr></thead>
<tbody>${rows}</tbody></table></div>
${notes}`;
}

function methods(estimated: readonly string[]): Html {
  return html`<h2>How it is measured, and what is estimated</h2>
<p>A simulated kernel is no kernel: what is here follows from the model, and is as good as its constants. Those without a source, set by estimate: ${estimated.length === 0 ? 'none' : estimated.map((name, i) => html`${i === 0 ? '' : ', '}<code>${name}</code>`)}.</p>
<p><b>kswapd stalls</b> are its calls of prune_icache_sb, and its waits for an inodegc worker outside of these. <b>Allocation stalls</b> go from the slow path to the pages, or to failure. A stall that the end of the run cut off counts with its age: after a deadlock that is the rest of the run. Quantiles of stalls are over the stalls of all runs, right to within 0.8 %; the longest is exact.</p>
<p><b>Unaccounted</b> are the freeable inodes that no shrinker's count contained when the OOM killer first struck: those being evicted, queued for inactivation, in a worker's batch, or waiting for RCU.</p>
<p>Intervals: Wilson's for shares; for medians over runs two of the sorted values, by the binomial distribution; for quantiles of stalls a bootstrap that draws whole runs, with a fixed seed. Differences are taken seed by seed: method 10 of Newcombe (1998) and McNemar's exact test for shares, the interval of the sign test for medians. With fewer than 6 runs no interval of a median exists.</p>
`;
}
