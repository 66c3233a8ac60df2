/** The timeline and the summary of the excerpt, as a person reads them. */
import { expect, test } from 'vitest';
import { ImportAccumulator } from './import-summary.ts';
import { importText, timelineText } from './import-text.ts';
import { excerptLines, feed } from './recorded-traces.fixture.io.ts';
import { statisticsText } from './statistics-text.ts';
import { Timeline } from './timeline.ts';
import { StatisticsAccumulator } from './trace-statistics.ts';

const SWITCH = '  a-1  [000] .....  30.000000: ';

test('what happened, with bursts in one line', () => {
  const timeline = new Timeline();
  feed(
    [
      ' CPU:1 [LOST 9 EVENTS]',
      `${SWITCH}tracing_mark_write: begin`,
      `${SWITCH}mm_vmscan_kswapd_wake: nid=0 order=3`,
      ...[1, 2, 3].flatMap((i) => [
        `  s-2  [000] .....  30.00${i}000: mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_NOFS`,
        `  s-2  [000] .....  30.00${i}500: mm_vmscan_direct_reclaim_end: nr_reclaimed=32`,
      ]),
      '  t-3  [000] .....  30.100000: mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_NOFS',
      '  t-3  [000] .....  30.100500: mm_vmscan_direct_reclaim_end: nr_reclaimed=8',
      '  hog-4  [000] .....  31.000000: mark_victim: pid=4 comm=hog',
      'CPU:0 [LOST 7 EVENTS]',
    ],
    timeline,
  );
  const { entries, omitted } = timeline.result();
  expect(timelineText(30_000_000_000, entries, omitted, 120)).toEqual([
    '    0.000000  CPU 1: [LOST 9 EVENTS]',
    '    0.000000  mark: begin',
    '    0.000000  a wakes, order 3',
    '    0.001000  4 direct reclaims of 104 pages by s (3), t (1) within 99.5 ms, 2.0 ms in all, longest 500.0 us',
    '    1.000000  OOM kill: hog-4, for hog-4',
    '    1.000000  CPU 0: [LOST 7 EVENTS]',
  ]);
});

test('the excerpt', () => {
  const [summary, timeline, statistics] = [new ImportAccumulator(), new Timeline(), new StatisticsAccumulator()];
  const { counts } = feed([...excerptLines(), '[000] garbage'], {
    event(event) {
      summary.event(event);
      timeline.event(event);
      statistics.event(event);
    },
    gap(gap) {
      summary.gap(gap);
      timeline.gap(gap);
      statistics.gap(gap);
    },
  });
  const text = importText(summary.result(), counts, 80);
  expect(text).toEqual(
    expect.arrayContaining(['Malformed lines: 1', '  line 990: not an event: [000] garbage', 'Lost events: 0']),
  );
  expect(text[0]).toMatch(/^940 events in /);
  expect(
    timeline
      .result()
      .entries.map(({ text: shown }) => shown)
      .join('\n'),
  ).toMatch(/mark: A rm -rf single[^\n]*\ninodegc on CPU 0: 1 run of 34 inodes, 1\.6 ms/);
  expect(statisticsText(statistics.result(), 80).join('\n')).toMatch(/Throttled: \d+ times/);
});
