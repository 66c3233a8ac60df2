/** The report of a hunt: one HTML file that needs nothing else. */
import { formatSeconds } from '@dragon/engine';
import { COMPARE_STYLE, Html, html } from '@dragon/compare';
import { formatFault } from '@dragon/kernel';
import type { Attempt } from './attempt.ts';
import type { ChartTable } from './chart-table.ts';
import { type ChartCoverage, coverageOf, edgeText } from './coverage.ts';
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
<style>${new Html(COMPARE_STYLE)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="verdict">${outcomesText(tally)}</p>
<p class="facts">${heading}. A finding is one however many runs have it, and whoever it was: cycles are told in roles.</p>
</header>
<h2>Findings</h2>
${findings.length === 0 ? html`<p>None.</p>` : findingTable(findings)}
<div class="cells">
${findings.map(findingSection)}</div>
<h2>Findings and transitions over runs</h2>
<div class="panels">
${huntCurve(tally.curve())}</div>
<h2>What the runs reached</h2>
<p class="note">Transitions that no agent of this scenario can take, whatever comes, are counted apart.</p>
${coverageTable(coverage)}
<h2>Transitions that no run took</h2>
<div class="cells">
${coverage.filter(({ missed }) => missed.length > 0).map(missedSection)}</div>
<footer>
<p>Made by sleeping-dragon ${version} with</p>
<pre><code>${command}</code></pre>
</footer>
</main>
</body>
</html>
`.text;
}

const outcomesText = (tally: HuntTally): string =>
  tally
    .outcomes()
    .map(([outcome, runs]) => `${outcome}: ${runs} ${runs === 1 ? 'run' : 'runs'}`)
    .join(', ');

function findingTable(findings: readonly ReportedFinding[]): Html {
  const rows = findings.map(
    ({ outcome, line, runs, first, at }, i) =>
      html`<tr><td><a href="#finding-${i + 1}">${line}</a></td><td class="alarm">${outcome}</td><td>${runs}</td><td>${first}</td><td>${formatSeconds(at)} s</td></tr>
`,
  );
  return html`<div class="scroll" role="region" aria-label="Findings" tabindex="0"><table>
<thead><tr><th>finding</th><th>outcome</th><th>runs</th><th>first attempt</th><th>at</th></tr></thead>
<tbody>${rows}</tbody></table></div>
`;
}

function findingSection({ line, attempt, replay, look }: ReportedFinding, i: number): Html {
  const { faults, rules, origin } = attempt;
  const added = [...faults.map(formatFault), ...rules.map(({ name }) => `rule ${name}`)];
  const from = origin.kind === 'mutant' ? `, a change of attempt ${origin.of}` : '';
  return html`<section id="finding-${i + 1}">
<h3>${line}</h3>
<p class="note">Attempt ${attempt.index}${from}, seed ${attempt.seed}${added.length === 0 ? ', with nothing added' : ''}</p>
${added.map((each) => html`<p><code>${each}</code></p>`)}
<p class="note">Again:</p>
<pre><code>${replay}</code></pre>
<p class="note">To look at it:</p>
<pre><code>${look}</code></pre>
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

function missedSection({ kind, missed }: ChartCoverage): Html {
  return html`<section><h3>${kind}: ${missed.length}</h3>
${missed.map((edge) => html`<p><code>${edgeText(edge)}</code></p>`)}
</section>
`;
}

const share = (part: number, whole: number): string => (whole === 0 ? '' : `${Math.floor((100 * part) / whole)} %`);
