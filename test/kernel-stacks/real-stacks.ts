/**
 * Stacks that real kernels printed, for tests: a heading for each source, then tasks as sched_show_task prints them,
 * without times, registers and the lines between.
 */
import { readFileSync } from 'node:fs';
import { functionOf } from '@dragon/kernel';

export interface RealStack {
  /** The section of the dump, or the address of the report. */
  readonly source: string;
  readonly comm: string;
  /** Innermost first, without guesses and offsets, with `[xfs]`. */
  readonly frames: readonly string[];
  /** Without `[xfs]` and without suffixes of the compiler's. */
  readonly functions: readonly string[];
}

/** task:%-15.15s */
const COMM_WIDTH = 15;

/** Returns the stacks of `linux-6.1.192.txt` or `public-reports.txt`. */
export function realStacks(file: string): RealStack[] {
  let source = '';
  return readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n\n')
    .map((block) => {
      const lines = block.split('\n').filter((line) => line !== '');
      const heading = lines.find((line) => line.startsWith('# '));
      if (heading !== undefined) source = heading.slice('# '.length);
      const task = lines.find((line) => line.startsWith('task:')) ?? '';
      const printed = lines
        .filter((line) => line.startsWith(' ') && !line.startsWith(' ? '))
        .map((line) => line.trim());
      return {
        source,
        comm: task.slice('task:'.length, 'task:'.length + COMM_WIDTH).trim(),
        frames: printed.map((line) => `${line.split('+')[0]?.split(' ')[0]}${line.endsWith(' [xfs]') ? ' [xfs]' : ''}`),
        functions: printed.map(functionOf),
      };
    })
    .filter(({ frames }) => frames.length > 0);
}
