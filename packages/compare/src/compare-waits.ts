/** Who waited beside reclaim, and for how long: a table for the terminal and one for the report. */
import { textTable } from '@dragon/report';
import type { WaitQuantiles } from './compare-cell.ts';
import type { Interval } from './statistics.ts';
import type { Comparison } from './comparison.ts';
import { type Html, html } from './html-text.ts';
import { type Waiter, WAITERS } from './other-waits.ts';
import { policyLabel } from './policy-label.ts';
import { shortDuration, stallText } from './short-number.ts';

interface WaitRow {
  readonly who: Waiter;
  readonly policy: string;
  readonly cpus: number;
  readonly waits: WaitQuantiles;
  /** Of p99, with 95 % confidence. */
  readonly interval: Interval | undefined;
}

/** Waiter by waiter, so that the policies stand below each other. */
const waitRows = ({ cells, details }: Pick<Comparison, 'cells' | 'details'>): WaitRow[] =>
  WAITERS.flatMap((who) =>
    cells.flatMap(({ policy, cpus, waitsNs }, i) => {
      const waits = waitsNs[who];
      return waits === undefined ? [] : [{ who, policy, cpus, waits, interval: details[i]?.waitsP99Ns[who] }];
    }),
  );

const figures = ({ waits: { p50, p99, max, unfinished }, interval }: WaitRow): string[] => [
  shortDuration(p50),
  stallText(p99, max, unfinished),
  interval === undefined ? '-' : `${shortDuration(interval.low)}..${shortDuration(interval.high)}`,
  stallText(max, max, unfinished),
];

const HEAD = ['who waits', 'policy', 'CPUs', 'p50', 'p99', '95 % CI', 'max'];

/** Returns the lines of the table; none where nobody else waited. */
export function waitLines(comparison: Comparison, width: number): string[] {
  const rows = waitRows(comparison).map((row) => [row.who, policyLabel(row.policy), String(row.cpus), ...figures(row)]);
  return rows.length === 0 ? [] : textTable(rows, { width, head: HEAD, figuresFrom: 2 });
}

/** Returns the table of the report; nothing where nobody else waited. */
export function waitSection(comparison: Comparison): Html {
  const rows = waitRows(comparison).map(
    (row) =>
      html`<tr><td>${row.who}</td><td>${policyLabel(row.policy)}</td><td>${row.cpus}</td>${figures(row).map((text) => html`<td>${text}</td>`)}</tr>
`,
  );
  if (rows.length === 0) return html``;
  return html`<h2>Who else waited</h2>
<div class="scroll" role="region" aria-label="Who else waited" tabindex="0"><table><thead><tr>${HEAD.map((text) => html`<th>${text}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>
<p class="note">unlink and close: their waits for an inodegc worker. stat, statfs, mount and umount: the whole of the call. The interval is that of p99; with fewer than 6 runs there is none. With +: cut off by the end of the run.</p>
`;
}
