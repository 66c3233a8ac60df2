/** One bench, run in its time: its figures, or what came between. */
import { availableParallelism, cpus } from 'node:os';
import type { Bench, Conditions } from './bench.ts';
import type { Measured } from './figure.ts';
import { TimeBox } from './time-box.ts';

/** Where figures were taken. */
export interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
}

/** The figures of a bench as `--json` has them, and as they are kept. */
export interface BenchResult extends Measured {
  readonly bench: string;
  readonly seconds: number;
}

export function thisMachine(): Machine {
  const model = cpus()[0]?.model ?? process.arch;
  return { node: process.version, cpu: model, cores: availableParallelism() };
}

/** Never takes longer than the bench has; a bench that would is cut off, and that is said. */
export async function runBench(
  { name, seconds, measure }: Bench,
  asked: Pick<Conditions, 'quick' | 'before'>,
): Promise<BenchResult> {
  const started = performance.now();
  const signal = AbortSignal.timeout(1_000 * seconds);
  const took = () => Number(((performance.now() - started) / 1_000).toFixed(1));
  try {
    // A margin for the last round, which may be the longest, and for the end.
    const measured = await measure({ ...asked, signal, box: new TimeBox(0.85 * seconds) });
    return { bench: name, seconds: took(), ...measured };
  } catch (error) {
    if (!signal.aborted) throw error;
    return { bench: name, seconds: took(), figures: [], leftOut: [`it did not end in its ${seconds} s`] };
  }
}
