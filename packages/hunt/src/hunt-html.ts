/** The report of a hunt: one HTML file that needs nothing else. */
import { formatSeconds } from '@dragon/engine';
import { COMPARE_STYLE, Html, html } from '@dragon/compare';
import { formatFault } from '@dragon/kernel';
import { commandLines } from '@dragon/report';
import type { Attempt } from './attempt.ts';
import type { ChartTable } from './chart-table.ts';
import { causeText, type ChartCoverage, coverageOf } from './coverage.ts';
import { huntCurve } from './hunt-curve.ts';
import type { HuntFinding, HuntTally } from './hunt-tally.ts';

/** A finding with what makes it again. */
export interface ReportedFinding extends HuntFinding {
  readonly attempt: Attempt;
  readonly replay: string;
  readonly look: string;
}

/** What the report says besides what the runs came to. */
export interface HuntReportContext {
  /** As in `short-queue, profile v6.1; 4 CPUs, seeds 1..200, up to 300s each`. */
  readonly heading: string;
  readonly scenario: string;
  /** The command that made the hunt. */
  readonly command: string;
  readonly version: string;
}

/** Returns the file's text, the same for the same runs; every text in it is escaped, and nothing is loaded. */
export function huntHtml(
  table: ChartTable,
  tally: HuntTally,
  findings: readonly ReportedFinding[],
  context: HuntReportContext,
): string {
  const { heading, scenario, command, version } = context;
  const coverage = coverageOf(table, tally);
  const title = `${scenario}: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} in ${tally.runs} runs`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Html(COMPARE_STYLE + HUNT_STYLE)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="verdict">${outcomesText(tally)}</p>
<p class="facts">${heading}. A cycle is read from left to right: who, what it waits for, who has that. Those that differ only in which CPU, group or task it was are one finding.${cutText(tally)}</p>
</header>
<h2>Findings</h2>
${findings.length === 0 ? html`<p>None.</p>` : findingTable(findings)}
${findings.map(findingSection)}
<h2>Findings and transitions over runs</h2>
<div class="panels">
${huntCurve(tally.curve())}</div>
<h2>What the runs reached</h2>
<p class="note">Transitions that no agent of this scenario can take, whatever comes, are counted apart.</p>
${coverageTable(coverage)}
<h2>Transitions that no run took</h2>
${coverage.filter(({ missed }) => missed.length > 0).map(missedTable)}
<footer>
<p>Made by sleeping-dragon ${version} with</p>
<pre><code>${commandText(command)}</code></pre>
</footer>
</main>
</body>
</html>
`.text;
}

/** Of a command. */
const COLUMNS = 110;

const HUNT_STYLE = `
section { max-width: 75em; margin: 22px 0; scroll-margin-top: 12px; }
section:target { outline: 2px solid var(--measure); outline-offset: 6px; }
ul { margin: 6px 0; padding-left: 1.4em; }
td.cycle { max-width: 44em; min-width: 16em; }
details { margin: 4px 0; }
summary { cursor: pointer; padding: 2px 0; color: var(--muted); font-size: 13px; }
summary strong { color: var(--ink); display: inline-block; min-width: 9em; }
table.edges { font: 12.5px/1.45 ui-monospace, monospace; }
table.edges th, table.edges td { text-align: left; white-space: nowrap; max-width: none; }
`;

const cutText = ({ cut }: HuntTally): string =>
  cut === 0 ? '' : ` ${cut} ${cut === 1 ? 'run was' : 'runs were'} cut, as too long to wait for.`;

const outcomesText = (tally: HuntTally): string =>
  tally
    .outcomes()
    .map(([outcome, runs]) => `${outcome}: ${runs} ${runs === 1 ? 'run' : 'runs'}`)
    .join(', ');

function findingTable(findings: readonly ReportedFinding[]): Html {
  const rows = findings.map(
    ({ outcome, line, runs, first, at }, i) =>
      html`<tr><td class="cycle"><a href="#finding-${i + 1}">${line}</a></td><td class="alarm">${outcome}</td><td>${runs}</td><td>${first}</td><td>${formatSeconds(at)} s</td></tr>
`,
  );
  return html`<div class="scroll" role="region" aria-label="Findings" tabindex="0"><table>
<thead><tr><th>finding</th><th>outcome</th><th>runs</th><th>first attempt</th><th>at</th></tr></thead>
<tbody>${rows}</tbody></table></div>
`;
}

function findingSection({ line, attempt, replay, look }: ReportedFinding, i: number): Html {
  const { faults, rules, origin } = attempt;
  const from = origin.kind === 'mutant' ? `, a change of attempt ${origin.of}` : '';
  return html`<section id="finding-${i + 1}">
<h3>${line}</h3>
<p class="note">Attempt ${attempt.index}${from}, seed ${attempt.seed}${faults.length + rules.length === 0 ? ', with nothing added' : ''}</p>
${faults.length === 0 ? '' : html`<ul>${faults.map((fault) => html`<li><code>${formatFault(fault)}</code></li>`)}</ul>`}
${rules.length === 0 ? '' : html`<p>A schedule by priorities, in rules: <code>${rules.map(({ name }) => name).join(', ')}</code></p>`}
<p class="note">Again:</p>
<pre><code>${commandText(replay)}</code></pre>
<p class="note">To look at it:</p>
<pre><code>${commandText(look)}</code></pre>
</section>
`;
}

function coverageTable(coverage: readonly ChartCoverage[]): Html {
  const rows = coverage.map(
    ({ kind, taken, transitions, ruledOut, statesReached, states }) =>
      html`<tr><td>${kind}</td><td>${taken} of ${transitions}</td><td>${share(taken, transitions)}</td><td>${ruledOut}</td><td>${statesReached} of ${states}</td></tr>
`,
  );
  return html`<div class="scroll" role="region" aria-label="Coverage of charts" tabindex="0"><table>
<thead><tr><th>chart</th><th>transitions taken</th><th></th><th>ruled out</th><th>states reached</th></tr></thead>
<tbody>${rows}</tbody></table></div>
`;
}

/** The transitions of a chart, folded away: there are hundreds. */
function missedTable({ kind, missed, transitions }: ChartCoverage): Html {
  const rows = missed.map(
    (edge) =>
      html`<tr><td>${edge.source === '' ? '(root)' : edge.source}</td><td>${causeText(edge)}</td><td>${edge.target.join(', ')}</td></tr>
`,
  );
  return html`<details><summary><strong>${kind}</strong> ${missed.length} of ${transitions}</summary>
<div class="scroll" role="region" aria-label="Transitions of ${kind} that no run took" tabindex="0"><table class="edges">
<thead><tr><th>from</th><th>by</th><th>to</th></tr></thead>
<tbody>${rows}</tbody></table></div>
</details>
`;
}

/** As a shell takes it, in lines that fit. */
const commandText = (command: string): string => commandLines('', command, COLUMNS).join('\n').trimStart();

const share = (part: number, whole: number): string => (whole === 0 ? '' : `${Math.floor((100 * part) / whole)} %`);
