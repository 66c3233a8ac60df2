/** The tables of a comparison's report, and the runs that show what its numbers mean. */
import { formatSeconds } from '@dragon/engine';
import type { CompareCell, SeededRun } from './compare-cell.ts';
import { EDGE_HEAD, edgeCells, edgeHeadline, edgeNotes } from './compare-edges.ts';
import { cellAnchor } from './compare-panels.ts';
import { scaledText } from './compare-table.ts';
import type { Comparison } from './comparison.ts';
import { type Html, html } from './html-text.ts';
import type { MedianDifference, ShareDifference } from './paired-comparison.ts';
import { policyLabel } from './policy-label.ts';
import { type Ranking, rankingText } from './policy-ranking.ts';
import { grouped, percent, percentRange, shortDuration, stallText } from './short-number.ts';
import type { Stalls } from './stall-meter.ts';
import type { Interval } from './statistics.ts';

/** Returns a row for each cell. */
export function cellTable({ cells, details }: Comparison): Html {
  const rows = cells.map((cell, i) => {
    const detail = details[i];
    const { p50, p99, max } = cell.kswapdStallNs;
    const back = cell.recoveredNs.p50;
    const stall = (ns: number | null) => stallText(ns, max, detail?.unfinishedKswapdStalls ?? 0);
    const alloc = cell.allocStallNs;
    const allocStall = (ns: number | null) => stallText(ns, alloc.max, detail?.unfinishedAllocStalls ?? 0);
    return html`<tr><td><a href="#${cellAnchor(i)}">${policyLabel(cell.policy)}</a></td><td>${cell.cpus}</td><td>${cell.runs}</td>
<td${alarm(cell.deadlocks)}>${count(cell.deadlocks, detail?.deadlocks)}</td><td${alarm(cell.ooms)}>${count(cell.ooms, detail?.ooms)}</td><td>${grouped(cell.unaccountedAtOom)}</td>
<td>${stall(p50)}</td><td>${stall(p99)}</td><td>${stall(max)}</td>
<td>${allocStall(alloc.p99)}</td><td>${allocStall(alloc.max)}</td><td>${back === null && detail?.pressed ? 'never' : shortDuration(back)}</td><td>${grouped(cell.inactivatedPerSecond)}</td></tr>
`;
  });
  return scrolling(
    'All numbers',
    html`<thead><tr><th>policy</th><th>CPUs</th><th>runs</th><th>deadlocks [95 %]</th><th>OOM kills [95 %]</th><th>unaccounted<br>at the kill</th><th>kswapd<br>p50</th><th>stall<br>p99</th><th><br>longest</th><th>allocation<br>stall p99</th><th><br>longest</th><th>memory<br>back</th><th>inactivated<br>per second</th></tr></thead>
<tbody>${rows}</tbody>`,
    html`<p class="note">A number of runs with its 95 % interval in per cent. A stall with +: cut off by the end of the run.</p>`,
  );
}

/** Returns the differences against the first policy, seed by seed. */
export function pairedTable({ paired, policies }: Comparison): Html {
  if (paired.length === 0) return html``;
  const rows = paired.map(
    ({ policy, cpus, deadlocks, ooms, ...rest }) =>
      html`<tr><td>${policyLabel(policy)}</td><td>${cpus === null ? 'all' : cpus}</td>
<td>${shareDifference(deadlocks)}</td><td>${shareDifference(ooms)}</td><td>${median(rest.kswapdStallP99Ns, shortDuration)}</td>
<td>${median(rest.allocStallP99Ns, shortDuration)}</td><td>${median(rest.recoveredNs, orInfinite)}</td><td>${median(rest.inactivatedPerSecond, grouped)}</td></tr>
`,
  );
  return html`<h2>Against ${policyLabel(policies[0] ?? '')}, seed by seed</h2>
${scrolling(
  'Paired differences',
  html`<thead><tr><th>policy</th><th>CPUs</th><th>deadlocks</th><th>OOM kills</th><th>kswapd stall<br>p99 of a run</th><th>allocation stall<br>p99 of a run</th><th>memory back</th><th>inactivated<br>per second</th></tr></thead>
<tbody>${rows}</tbody>`,
  html`<p class="note">Shares: difference in percentage points [95 % interval], p of McNemar's exact test. The rest: median of the differences [95 % interval]. ∞: memory never came back under one of the two. An interval with 0 in it decides nothing.</p>`,
)}`;
}

/** Returns a section for each cell: its worst and its median run, and how to see them. */
export function cellSections(
  { cells, details }: Comparison,
  replay: (cell: CompareCell, seed: number) => string,
): Html[] {
  return cells.map((cell, i) => {
    const detail = details[i];
    if (detail === undefined) throw new Error('a cell without details');
    const { worst, median: middle } = detail;
    const shown = (what: string, run: SeededRun) =>
      html`<p>${what}, seed ${run.seed}: ${whatHappened(run)}.</p><pre><code>${replay(cell, run.seed)}</code></pre>
`;
    return html`<section id="${cellAnchor(i)}"><h3>${policyLabel(cell.policy)}, ${cell.cpus} ${cell.cpus === 1 ? 'CPU' : 'CPUs'}</h3>
${shown('Worst', worst)}${worst.seed === middle.seed ? undefined : shown('Median by stall of kswapd', middle)}</section>
`;
  });
}

/** Returns what the ranking depends on; nothing where it was not asked for. */
export function sensitivitySection({ sensitivity }: Comparison): Html {
  if (sensitivity === null) return html``;
  const { seeds, ranking, rows } = sensitivity;
  const lines = rows.map(
    (row) => html`<tr><td>${scaledText(row)}</td><td>${row.affected} of ${row.runs}</td>
<td class="left">${row.change === 'none' ? 'same' : html`<span class="alarm">${row.change === 'order' ? 'other order' : 'tie differs'}</span>`}</td><td class="prose">${figures(row.ranking)}</td></tr>
`,
  );
  return html`<h2>Does the ranking depend on what is estimated?</h2>
<p>Best first, by runs with a deadlock or a kill, then by p99 of kswapd's stalls: <b>${rankingText(ranking, policyLabel)}</b> (${figures(ranking)}; ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}). Each estimated constant was halved and doubled:</p>
${scrolling(
  'Sensitivity',
  html`<thead><tr><th>constant</th><th>runs that differ</th><th class="left">ranking</th><th class="left">runs that failed, kswapd stall p99</th></tr></thead>
<tbody>${lines}</tbody>`,
  html`<p class="note">Where no run differs, the constant plays no part in this scenario.</p>`,
)}`;
}

/** Returns where verdicts become others; nothing where it was not asked for. */
export function edgeSection({ edges }: Comparison): Html {
  if (edges === null) return html``;
  const head = EDGE_HEAD.map((name) => html`<th class="left">${name}</th>`);
  const rows = edges.found.map(
    (edge) => html`<tr>${edgeCells(edge).map((text) => html`<td class="left">${text}</td>`)}</tr>
`,
  );
  return html`<h2>How little has to change?</h2>
<p>${edgeHeadline(edges)}</p>
${rows.length === 0 ? undefined : scrolling('Edges', html`<thead><tr>${head}</tr></thead><tbody>${rows}</tbody>`, html``)}
${edgeNotes(edges).map(
  (note) => html`<p class="note">${note}</p>
`,
)}<p class="note">The verdict is what happens in more than half of the runs. A stall: kswapd or an allocation waited for 10 s or longer. A verdict that flips and flips back before the end of the range is not seen.</p>
`;
}

function scrolling(label: string, table: Html, note: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>${table}</table></div>
${note}
`;
}

const alarm = (found: number) => (found > 0 ? html` class="alarm"` : undefined);

const count = (found: number, interval: Interval | undefined) =>
  interval === undefined ? String(found) : `${found} [${percent(interval.low)}..${percent(interval.high)}]`;

function shareDifference(share: ShareDifference): string {
  if (share.onlyFirst + share.onlySecond === 0) return `0 [${percentRange(share)}]`;
  const sign = share.difference > 0 ? '+' : '';
  return `${sign}${percent(share.difference)} [${percentRange(share)}], p ${share.p < 0.001 ? '< 0.001' : share.p.toFixed(3)}`;
}

function median(difference: MedianDifference | null, text: (value: number) => string): string {
  if (difference === null) return '-';
  const { interval } = difference;
  const ends = interval === null ? 'too few pairs' : `${text(interval.low)}..${text(interval.high)}`;
  return `${difference.median > 0 ? '+' : ''}${text(difference.median)} [${ends}]`;
}

/** What never came back makes a difference without end. */
const orInfinite = (ns: number) => (ns === Infinity ? '∞' : ns === -Infinity ? '-∞' : shortDuration(ns));

function figures(ranking: Ranking): string {
  return ranking
    .flat()
    .map(({ policy, failed, runs, kswapdStallP99Ns }) => {
      const stall = kswapdStallP99Ns === null ? 'no stall' : shortDuration(kswapdStallP99Ns);
      return `${policyLabel(policy)}: ${failed} of ${runs}, ${stall}`;
    })
    .join('; ');
}

function whatHappened({ measures }: SeededRun): string {
  const { deadlockAt, oom, kswapdStalls, allocStalls } = measures;
  const seconds = (at: number) => `${formatSeconds(at).slice(0, -6)} s`;
  const longestOf = ({ samples }: Stalls) => shortDuration(samples.counts.length === 0 ? null : samples.max);
  const longest = `longest stall of kswapd ${longestOf(kswapdStalls)}, of an allocation ${longestOf(allocStalls)}`;
  const kills =
    oom === null
      ? []
      : [
          `${oom.kills} OOM ${oom.kills === 1 ? 'kill' : 'kills'}, first at ${seconds(oom.firstAt)} with ${grouped(oom.unaccounted)} freeable inodes unaccounted`,
        ];
  return [...(deadlockAt === null ? [] : [`deadlock at ${seconds(deadlockAt)}`]), ...kills, longest].join('; ');
}
