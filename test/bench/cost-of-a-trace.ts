/** The bench `trace`: what writing a trace costs, beside lines of text, and opening a long one at an instant. */
import type { Bench } from './bench.ts';
import { benchProgram } from './bench-programs.ts';
import { Contestant, withContestants } from './contestant.ts';
import { median, ratio } from './figure.ts';
import { takeRounds } from './take-rounds.ts';

interface Cost {
  /** Of CPU, all threads together. */
  readonly seconds: number;
  readonly rows: number;
  /** Bytes of the file that was written. */
  readonly size: number;
  /** Of writing, the milliseconds for which a run would have waited; of opening, the bytes that were read. */
  readonly said: number;
}

const TEXT = 'NDJSON of the same rows, in gzip';

export const costOfATrace: Bench = {
  name: 'trace',
  about: 'rows of big-cache-50k written and read, and an instant found in a million',
  seconds: 45,
  async measure({ box, quick, signal }) {
    const args = quick ? ['2000', '5000'] : ['400000', '1000000'];
    const it = new Contestant<Cost>(await benchProgram('trace-turns', ...args), signal);
    return withContestants({ it }, async () => {
      const long = await it.turn('writeLong');
      const { trace, text, read, open } = await takeRounds(
        { box, most: quick ? 1 : 6, signal, cold: quick },
        {
          trace: () => it.turn('trace'),
          text: () => it.turn('text'),
          read: () => it.turn('read'),
          open: () => it.turn('open'),
        },
      );
      const seconds = (costs: readonly Cost[]) => costs.map((each) => each.seconds);
      const aRow = (costs: readonly Cost[]) => costs.map((each) => (1e6 * each.seconds) / each.rows);
      const [one, other] = [trace[0], text[0]];
      if (one === undefined || other === undefined) throw new Error('nothing was written');
      return {
        figures: [
          {
            name: 'trace.writing-over-text',
            about: 'writing',
            ...ratio(seconds(trace), seconds(text)),
            unit: 'x',
            against: TEXT,
          },
          { name: 'trace.size-over-text', about: 'size', value: one.size / other.size, unit: 'x', against: TEXT },
          { name: 'trace.row-us', about: 'writing a row', ...median(aRow(trace)), unit: 'us', against: 'CPU time' },
          { name: 'trace.read-us', about: 'reading a row', ...median(aRow(read)), unit: 'us', against: 'CPU time' },
          {
            name: 'trace.open-ms',
            about: 'opening a million rows at an instant',
            ...median(open.map((each) => 1_000 * each.seconds)),
            unit: 'ms',
            against: 'CPU time',
          },
          {
            name: 'trace.waits-us',
            about: 'what the run waits for, a row',
            ...median(trace.map((each) => (1_000 * each.said) / each.rows)),
            unit: 'us',
            against: 'wall time',
          },
          { name: 'trace.row-bytes', about: 'a row', value: one.size / one.rows, unit: 'bytes', against: 'counted' },
          {
            name: 'trace.long-mb',
            about: 'a million rows',
            value: long.size / 1e6,
            unit: 'MB',
            against: 'counted',
          },
          {
            name: 'trace.open-kb',
            about: 'read to open them at an instant',
            value: (open[0]?.said ?? 0) / 1_000,
            unit: 'kB',
            against: 'counted',
          },
        ],
        leftOut: [],
      };
    });
  },
};
