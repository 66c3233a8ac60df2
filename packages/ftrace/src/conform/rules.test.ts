/** Every rule agrees with the excerpt, and disagrees as soon as one number of it is changed. */
import { expect, test } from 'vitest';
import { excerptLines, tallyOf } from '../recorded-traces.fixture.io.ts';

type Mutation = readonly [rule: string, what: string, change: (lines: string[]) => string[]];

/** Returns the index of the nth line (from 0) that contains `text`. */
function find(lines: readonly string[], text: string, nth = 0): number {
  const indices = lines.flatMap((line, i) => (line.includes(text) ? [i] : []));
  const index = indices.at(nth);
  if (index === undefined) throw new Error(`no line ${nth} with ${text}`);
  return index;
}

/** Changes the nth line that contains `text`. */
const change = (text: string, from: RegExp | string, to: string, nth?: number) => (lines: string[]) =>
  lines.with(find(lines, text, nth), (lines[find(lines, text, nth)] ?? '').replace(from, to));

const remove = (text: string, nth?: number) => (lines: string[]) => lines.toSpliced(find(lines, text, nth), 1);

/** Swaps the inodes of two lines. */
function swapInodes(lines: string[]): string[] {
  const [i, j] = [find(lines, 'xfs_inode_inactivating', 3), find(lines, 'xfs_inode_inactivating', 4)];
  const ino = (at: number) => /ino \S+/.exec(lines[at] ?? '')?.[0] ?? '';
  const put = (at: number, value: string) => (lines[at] ?? '').replace(/ino \S+/, value);
  return lines.with(i, put(i, ino(j))).with(j, put(j, ino(i)));
}

/** Throttles the caller of an enqueue on an empty list. */
function throttleEarly(lines: string[]): string[] {
  const timer = find(lines, 'timer_start', 35);
  const line = (lines[timer] ?? '').replace(
    /timer_start: .*/,
    'xfs_inodegc_throttle: dev 254:0 caller destroy_inode+0x38/0x70',
  );
  return lines.toSpliced(timer + 1, 0, line);
}

const WORK =
  'workqueue_queue_work: work struct=000000009d6b1c34 function=xfs_inodegc_worker [xfs] workqueue=xfs-inodegc/vda req_cpu=0 cpu=0';

const SLAB = 'mm_shrink_slab_start: xfs_inodegc_shrinker_scan';
const SLAB_END = 'mm_shrink_slab_end: super_cache_scan';

const MUTATIONS: readonly Mutation[] = [
  ['shrink-slab-start', 'another delta', change(SLAB, 'delta 2048', 'delta 2047', 5)],
  ['shrink-slab-start', 'another total', change(SLAB, /total_scan (\d)/, 'total_scan 9$1', 5)],
  ['shrink-slab-taken', 'another deferred count', change(SLAB, /shrink \d+/, 'shrink 77', 9)],
  ['shrink-slab-loop', 'less than a batch scanned', change(SLAB_END, /total_scan (\d+)/, 'total_scan 0', 40)],
  ['shrink-slab-end', 'another deferred count left', change(SLAB_END, /new scan count \d+/, 'new scan count 7', 10)],
  ['batch-size', 'an inode less', remove('xfs_inode_inactivating', 33)],
  ['batch-size', 'an inode more was queued', remove('xfs_inode_inactivating', 0)],
  ['lifo-order', 'two inodes swapped', swapInodes],
  ['shrinker-hits', 'a kick more', change('shrinker_hits 5', 'shrinker_hits 5', 'shrinker_hits 6')],
  [
    'shrinker-hits',
    'a kick where there is none',
    change('xfs_inodegc_worker:', /shrinker_hits 0/, 'shrinker_hits 1', 2),
  ],
  ['throttle', 'one that is not due', throttleEarly],
  ['throttle', 'one left out', remove('xfs_inodegc_throttle', 2)],
  ['delay', 'the work queued at once', change('timer_start', /timer_start: .*/, WORK, 35)],
  [
    'delay',
    'the 34th inode delayed',
    change(
      WORK.slice(0, 20),
      /workqueue_queue_work: .*/,
      'timer_start: timer=00000000ea225153 function=delayed_work_timer_fn expires=4294894872 [timeout=1] cpu=0 idx=25 flags=I',
    ),
  ],
  ['timer-arm', 'armed for two jiffies', change('[timeout=1]', '[timeout=1]', '[timeout=2]', 3)],
  ['timer-arm', 'jiffies that go back', change('[timeout=1]', /expires=\d+/, 'expires=4294890000', 9)],
  [
    'timer-expiry',
    'a tick late',
    change('timer_expire_entry: timer=00000000ea225153', /now=(\d+) baseclk=\d+/, 'now=$1 baseclk=4294999999', 0),
  ],
  ['inodegc-scan', 'another batch', change('xfs_inodegc_shrinker_scan: dev', 'nr_to_scan 2049', 'nr_to_scan 128', 4)],
  ['inodegc-scan', 'a scan left out', remove('xfs_inodegc_shrinker_scan: dev', 4)],
  ['reclaim-retry', 'it gives up with enough pages', change('reclaim_retry_zone', 'wmark_check=1', 'wmark_check=0')],
  [
    'no-progress-loops',
    'rounds without progress',
    change('reclaim_retry_zone', 'no_progress_loops=0', 'no_progress_loops=5', 1),
  ],
];

test.each([...new Set(MUTATIONS.map(([rule]) => rule)), 'inodegc-kicks'])('%s agrees with the excerpt', (rule) => {
  const tally = tallyOf(rule, excerptLines());
  expect(tally.disagreements).toEqual([]);
  expect(tally.agreed).toBeGreaterThan(0);
});

test.each(MUTATIONS)('%s notices %s', (rule, _, mutate) => {
  const { disagreements } = tallyOf(rule, mutate(excerptLines()));
  expect(disagreements.length).toBeGreaterThan(0);
});

test('inodegc-kicks notices a CPU that is not kicked', () => {
  const lines = excerptLines();
  const scan = find(lines, 'xfs_inodegc_shrinker_scan: dev', 6);
  const kick = lines.findIndex((line, i) => i > scan && line.includes('workqueue_queue_work'));
  expect(kick - scan).toBe(1);
  expect(tallyOf('inodegc-kicks', lines.toSpliced(kick, 1)).disagreements).toHaveLength(1);
});

test('after lost events nothing is concluded, and nothing disagrees', () => {
  const lines = excerptLines();
  const run = find(lines, 'xfs_inodegc_worker:');
  const cut = lines.toSpliced(run - 40, 20, 'CPU:0 [LOST 20 EVENTS]');
  for (const [rule] of MUTATIONS) expect(tallyOf(rule, cut).disagreements, rule).toEqual([]);
  expect(tallyOf('batch-size', cut).explained).toBeGreaterThan(0);
});
