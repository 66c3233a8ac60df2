/** The table of cures in the demo: each tried, and its verdict compared with the one that is known to be right. */
import { outcomeOf, type TerminalStyle, textTable } from '@dragon/report';
import { CURES, type Cure, readRun, requestRun } from '@dragon/scenarios';
import type { CommandContext } from './command-context.ts';
import { wrap } from './paragraphs.ts';
import { runHere } from './run/run-here.ts';

export interface TriedCure {
  readonly cure: Cure;
  readonly verdict: string;
  readonly asExpected: boolean;
}

const EPILOGUE =
  'The last two rows: who need not wait at one entrance still waits at another, so both are half a cure. ' +
  'What a cure costs (stalls, memory, an OOM kill) is measured by: dragon compare big-cache-50k --seeds 1..20';

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
export function cureTable(tried: readonly TriedCure[], style: TerminalStyle): string[] {
  const rows = tried.map(
    ({ cure, verdict, asExpected }) =>
      [cure.policy, verdict, asExpected ? 'as expected' : `NOT ${expected(cure)}`, cure.about] as const,
  );
  const [head = '', ...lines] = textTable([['policy', 'verdict', '', 'what it changes'], ...rows], '  ');
  // One table, so that the columns of all groups are aligned.
  const grouped = lines.flatMap((line, i) => {
    const scenario = tried[i]?.cure.scenario;
    return scenario === tried[i - 1]?.cure.scenario ? [line] : [`on ${style.strong(scenario ?? '')}`, line];
  });
  return [style.faint(head), ...grouped, '', ...wrap(EPILOGUE)];
}

const expected = ({ deadlock }: Cure) => (deadlock === 0 ? 'completed' : deadlockOf(deadlock));

const deadlockOf = (parties: number) => `deadlock(${parties})`;
