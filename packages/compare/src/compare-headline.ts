/** Headline of a comparison: what came of each policy, in a row, and what is known against it from elsewhere. */
import { foldLines, textTable } from '@dragon/report';
import type { CompareCell } from './compare-cell.ts';
import type { Comparison } from './comparison.ts';
import { policyLabel } from './policy-label.ts';
import { shortDuration, stallText } from './short-number.ts';

export interface HeadlineRow {
  readonly policy: string;
  /** `37 of 100`, over all numbers of CPUs. */
  readonly deadlocks: string;
  readonly kills: string;
  /** The longest stall of kswapd, and of an allocation, with + if the end of its run cut it off. */
  readonly worstStall: string;
  readonly worstAllocStall: string;
  readonly hasDeadlocks: boolean;
  readonly hasKills: boolean;
}

/** Returns a row for each policy. */
export function headlineRows({ policies, cells, details }: Comparison): HeadlineRow[] {
  return policies.map((policy) => {
    const own = cells.flatMap((cell, i) => (cell.policy === policy ? [{ cell, detail: details[i] }] : []));
    const sum = (of: (cell: CompareCell) => number) => own.reduce((total, { cell }) => total + of(cell), 0);
    const runs = sum((cell) => cell.runs);
    const [deadlocks, ooms] = [sum((cell) => cell.deadlocks), sum((cell) => cell.ooms)];
    const kswapd = own.map(
      ({ cell, detail }) => [cell.kswapdStallNs.max, detail?.unfinishedKswapdStalls ?? 0] as const,
    );
    const alloc = own.map(({ cell, detail }) => [cell.allocStallNs.max, detail?.unfinishedAllocStalls ?? 0] as const);
    return {
      policy: policyLabel(policy),
      deadlocks: `${deadlocks} of ${runs}`,
      kills: `${ooms} of ${runs}`,
      worstStall: worstText(kswapd),
      worstAllocStall: worstText(alloc),
      hasDeadlocks: deadlocks > 0,
      hasKills: ooms > 0,
    };
  });
}

/** Of the longest stall of each cell, and how many of its stalls were cut off. */
function worstText(stalls: readonly (readonly [max: number | null, unfinished: number])[]): string {
  const worst = stalls.reduce((longest, [max]) => Math.max(longest, max ?? 0), 0);
  const isCut = stalls.some(([max, unfinished]) => unfinished > 0 && max === worst);
  return worst === 0 ? shortDuration(null) : stallText(worst, worst, isCut ? 1 : 0);
}

/** Returns the sentences on policies that are known to be half a cure. */
export function headlineNotes({ policies, halfCures }: Comparison): string[] {
  return policies.flatMap((policy) => {
    const known = halfCures.get(policy);
    return known === undefined ? [] : [`${policyLabel(policy)} is known as half a cure: ${known}.`];
  });
}

/** Returns the headline in lines of at most `width` columns. */
export function headlineLines(comparison: Comparison, width: number): string[] {
  const rows = headlineRows(comparison).map(({ policy, deadlocks, kills, worstStall, worstAllocStall }) => [
    policy,
    deadlocks,
    kills,
    worstStall,
    worstAllocStall,
  ]);
  const head = ['policy', 'deadlocks', 'OOM kills', 'worst stall\nof kswapd', 'of an\nallocation'];
  return [...textTable(rows, { width, head }), ...foldLines(headlineNotes(comparison), width)];
}
