/** The table of cures in the demo: each tried, and its verdict compared with the one that is known to be right. */
import { outcomeOf, textTable, wrap } from '@dragon/report';
import { CURES, type Cure, readRun, requestRun } from '@dragon/scenarios';
import type { CommandContext } from './command-context.ts';
import { runHere } from './run/run-here.ts';
import type { Terminal } from './terminal.ts';

export interface TriedCure {
  readonly cure: Cure;
  readonly verdict: string;
  readonly asExpected: boolean;
}

const EPILOGUE =
  'The last two rows: who need not wait at one entrance still waits at another, so both are half a cure. ' +
  'And throttle=skip-kswapd, the patch of the mail, has a price: a real 6.1 kernel with it killed for want of memory ' +
  'in 9 of 9 boots of a workload; without it, it stalled, and killed in 2 of 9 (docs/findings.md).';

/** Runs every cure in this process. */
export async function tryCures({ terminal, signal }: CommandContext): Promise<TriedCure[]> {
  const tried: TriedCure[] = [];
  for (const cure of CURES) {
    const { graph, result } = await runHere(requestRun(readRun(cure)).plan(), {
      signal,
      onProgress: () => terminal.live(`   ${tried.length} of ${CURES.length} tried; now ${cure.policy}`),
    });
    const outcome = outcomeOf(result);
    const verdict = outcome === 'deadlock' ? deadlockOf(graph.deadlock?.cycle.length ?? 0) : outcome;
    tried.push({ cure, verdict, asExpected: verdict === expected(cure) });
  }
  terminal.still();
  return tried;
}

/** Returns the lines of the table, and what is to be said of it. */
export function cureTable(tried: readonly TriedCure[], { style, width }: Pick<Terminal, 'style' | 'width'>): string[] {
  const rows = tried.flatMap(({ cure, verdict, asExpected }, i) => {
    const { scenario, policy, about } = cure;
    const row = [policy, asExpected ? verdict : `${verdict}, NOT ${expected(cure)}`, about];
    return scenario === tried[i - 1]?.cure.scenario ? [row] : [[`on ${style.strong(scenario)}`], row];
  });
  const head = ['policy', 'verdict', 'what it changes'];
  const right = tried.filter(({ asExpected }) => asExpected).length;
  return [
    ...textTable(rows, { width, indent: '  ', head, styleHead: style.faint }),
    '',
    ...wrap(`${right} of ${tried.length} verdicts are as expected. ${EPILOGUE}`, width),
  ];
}

const expected = ({ deadlock }: Cure) => (deadlock === 0 ? 'completed' : deadlockOf(deadlock));

const deadlockOf = (parties: number) => `deadlock(${parties})`;
