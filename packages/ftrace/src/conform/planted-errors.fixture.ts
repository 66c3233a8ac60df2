/**
 * Errors that each rule must find when one is planted in an excerpt of a real trace, and those that it cannot, with the
 * reason.
 */
import { type KernelEvent, type KernelFields, nameOf } from '../kernel-event.ts';
import {
  doubled,
  dropped,
  type Events,
  exchanged,
  followed,
  type Kind,
  made,
  named,
  numberIn,
  off,
  type Place,
  replaced,
  swapped,
} from './planting.fixture.ts';

export type Planted = { readonly rule: string; readonly excerpt: string; readonly kinds: readonly Kind[] };

const start = named('mm_shrink_slab_start');
const end = named('mm_shrink_slab_end');
const queue = named('xfs_inodegc_queue');
const mark = named('xfs_inode_set_need_inactive');
const worker = named('xfs_inodegc_worker');
const inactivating = named('xfs_inode_inactivating');
const throttle = named('xfs_inodegc_throttle');
const scan = named('xfs_inodegc_shrinker_scan');
const question = named('reclaim_retry_zone');
const reclaimed = named('mm_vmscan_direct_reclaim_end');

const fieldIn = ({ fields }: { readonly fields: KernelFields }, field: string) => fields[field];
const isWork = (event: KernelEvent) =>
  nameOf(event) === 'workqueue_queue_work' && fieldIn(event, 'function') === 'xfs_inodegc_worker';
const isArm = (event: KernelEvent) =>
  nameOf(event) === 'timer_start' && fieldIn(event, 'function') === 'delayed_work_timer_fn';
const ofInodegc: Place = (event, i, events) => start(event, i, events) && isInodegc(event);
const isInodegc = (event: KernelEvent) => fieldIn(event, 'shrink') === 'xfs_inodegc_shrinker_scan';

/** The event of the same task before that one. */
function ownBefore(events: Events, i: number): KernelEvent | undefined {
  const pid = events[i]?.pid;
  for (let k = i - 1; k >= 0 && k > i - 50; k -= 1) if (events[k]?.pid === pid) return events[k];
  return undefined;
}

/** The first event of the task after its enqueue: there it shows whether the work starts at once. */
const decides =
  (is: (event: KernelEvent) => boolean): Place =>
  (event, i, events) => {
    const before = is(event) ? ownBefore(events, i) : undefined;
    return before !== undefined && nameOf(before) === 'xfs_inodegc_queue';
  };

/** A kick: queued by a scan, not by an enqueue. */
const kick: Place = (event, i, events) => {
  const before = isWork(event) ? ownBefore(events, i) : undefined;
  return before !== undefined && nameOf(before) === 'xfs_inodegc_shrinker_scan';
};

/** Neither the first call of its shrinker nor the last: the count is known, and what follows tells. */
const known =
  (is: Place): Place =>
  (event, i, events) => {
    const isEnd = (each: KernelEvent) =>
      nameOf(each) === 'mm_shrink_slab_end' && fieldIn(each, 'shr') === fieldIn(event, 'shr');
    return is(event, i, events) && events.slice(0, i).some(isEnd) && events.slice(i).filter(isEnd).length > 1;
  };

/** The call that ends here has begun here. */
const whole: Place = (event, i, events) =>
  end(event, i, events) &&
  events
    .slice(Math.max(0, i - 200), i)
    .some(
      (each) =>
        nameOf(each) === 'mm_shrink_slab_start' &&
        each.pid === event.pid &&
        fieldIn(each, 'shr') === fieldIn(event, 'shr'),
    );

/** The CPU's list is known, as its worker has taken it before. */
const certain =
  (is: Place): Place =>
  (event, i, events) =>
    is(event, i, events) &&
    events.slice(0, i).some((each) => nameOf(each) === 'xfs_inodegc_worker' && each.cpu === event.cpu);

/** An inode of a run that took a list of which all is known. */
const inRun: Place = (event, i, events) =>
  inactivating(event, i, events) &&
  events.slice(0, i).filter((each) => nameOf(each) === 'xfs_inodegc_worker' && each.cpu === event.cpu).length > 1;

/** Both events of one enqueue are missing. */
const enqueueLost: Kind = {
  name: 'an enqueue left out',
  at: certain(queue),
  plant(events, i) {
    const pid = events[i]?.pid;
    const k = events.findLastIndex(
      (each, n) => n < i && each.pid === pid && nameOf(each) === 'xfs_inode_set_need_inactive',
    );
    return k < 0 ? undefined : events.toSpliced(i, 1).toSpliced(k, 1);
  },
};

/** A whole call is missing: its start, its end, and nothing else. */
const callLost: Kind = {
  name: 'a call left out',
  at: known(start),
  plant(events, i) {
    const event = events[i];
    const k = events.findIndex((each, n) => n > i && each.pid === event?.pid && nameOf(each) === 'mm_shrink_slab_end');
    const last = events[k];
    if (event === undefined || last === undefined || numberIn(last, 'newScan') === numberIn(event, 'nrObjectsToShrink'))
      return undefined;
    return events.toSpliced(k, 1).toSpliced(i, 1);
  },
};

const asWork = (event: KernelEvent) =>
  ({
    ...event,
    event: 'workqueue_queue_work',
    fields: { work: 'feed', function: 'xfs_inodegc_worker', cpu: event.cpu },
  }) as KernelEvent;
const asTimer = (event: KernelEvent) =>
  ({
    ...event,
    event: 'timer_start',
    fields: { timer: 'beef', function: 'delayed_work_timer_fn', expires: 4_294_894_872, timeout: 1 },
  }) as KernelEvent;
const asThrottle = (event: KernelEvent) =>
  ({ ...event, event: 'xfs_inodegc_throttle', fields: { dev: '254:0' } }) as KernelEvent;

/** No throttle follows the decision. */
const unthrottled: Place = (event, i, events) => {
  if (!certain(decides((each) => isWork(each) || isArm(each)))(event, i, events)) return false;
  const after = events.slice(i + 1).find(({ pid }) => pid === event.pid);
  return after !== undefined && nameOf(after) !== 'xfs_inodegc_throttle';
};

const LOW_BITS = 'a shift by the priority drops low bits: the same numbers follow';
const SAME_SIDE = 'the answer is the same for every number on that side of the mark';

export const PLANTED: readonly Planted[] = [
  {
    rule: 'shrink-slab-start',
    excerpt: 'calls',
    kinds: [
      off(start, 'delta'),
      off(start, 'totalScan', 'total_scan'),
      exchanged(start, 'cacheItems', 'delta', 'objects and delta exchanged'),
      exchanged(start, 'cacheItems', 'totalScan', 'objects and total_scan exchanged'),
      made(
        (event, i, events) => start(event, i, events) && numberIn(event, 'delta') > 0,
        'twice the objects',
        (event) => ({
          cacheItems: 2 * numberIn(event, 'cacheItems'),
        }),
      ),
      { ...off(start, 'cacheItems', 'objects'), blind: LOW_BITS },
      { ...off(start, 'nrObjectsToShrink', 'deferred'), blind: LOW_BITS },
    ],
  },
  {
    rule: 'shrink-slab-taken',
    excerpt: 'calls',
    kinds: [
      off(known(start), 'nrObjectsToShrink', 'deferred'),
      exchanged(known(start), 'nrObjectsToShrink', 'cacheItems', 'deferred and objects exchanged'),
      callLost,
    ],
  },
  {
    rule: 'shrink-slab-loop',
    excerpt: 'loops',
    kinds: [
      off(whole, 'totalScan', 'total_scan left'),
      off(whole, 'unusedScan', 'unused scan count'),
      exchanged(whole, 'unusedScan', 'newScan', 'unused and new scan count exchanged'),
      made(whole, 'something freed of nothing', () => ({ retval: 7, totalScan: 0 })),
    ],
  },
  {
    rule: 'shrink-slab-end',
    excerpt: 'calls',
    kinds: [
      off(whole, 'newScan', 'new scan count'),
      exchanged(whole, 'unusedScan', 'newScan', 'unused and new scan count exchanged'),
      exchanged(whole, 'totalScan', 'newScan', 'total_scan and new scan count exchanged'),
    ],
  },
  {
    rule: 'batch-size',
    excerpt: 'slow',
    kinds: [
      dropped(inRun, 'an inode not inactivated'),
      off(inRun, 'ino', 'another inode inactivated'),
      enqueueLost,
      off(certain(mark), 'ino', 'another inode queued'),
    ],
  },
  {
    rule: 'lifo-order',
    excerpt: 'runs',
    kinds: [
      swapped(inRun, 'ino', 'two inodes exchanged'),
      dropped(inRun, 'an inode not inactivated'),
      off(inRun, 'ino', 'another inode'),
      doubled(inRun, 'an inode twice'),
    ],
  },
  {
    rule: 'shrinker-hits',
    excerpt: 'slow',
    kinds: [off(certain(worker), 'shrinkerHits', 'shrinker_hits')],
  },
  {
    rule: 'throttle',
    excerpt: 'kicks',
    kinds: [dropped(certain(throttle), 'a throttle left out'), followed(unthrottled, 'one too many', asThrottle)],
  },
  {
    rule: 'delay',
    excerpt: 'runs',
    kinds: [
      replaced(certain(decides(isArm)), 'at once, not a jiffy later', asWork),
      replaced(certain(decides(isWork)), 'a jiffy later, not at once', asTimer),
    ],
  },
  {
    rule: 'timer-arm',
    excerpt: 'slow',
    kinds: [off(decides(isArm), 'timeout')],
  },
  {
    rule: 'timer-expiry',
    excerpt: 'slow',
    kinds: [off(named('timer_expire_entry'), 'baseclk'), off(decides(isArm), 'expires')],
  },
  {
    rule: 'inodegc-scan',
    excerpt: 'kicks',
    kinds: [
      off(scan, 'nrToScan', 'nr_to_scan'),
      dropped(scan, 'a scan left out'),
      doubled(scan, 'a scan twice'),
      made(ofInodegc, 'a call that had nothing due', () => ({ cacheItems: 4096, nrObjectsToShrink: 0 })),
    ],
  },
  {
    rule: 'inodegc-kicks',
    excerpt: 'kicks',
    kinds: [
      dropped(certain(kick), 'a kick left out'),
      made(certain(kick), 'another CPU kicked', (event) => ({ cpu: 1 + numberIn(event, 'cpu') })),
      doubled(certain(kick), 'a kick twice'),
    ],
  },
  {
    rule: 'reclaim-retry',
    excerpt: 'rounds',
    kinds: [
      made(question, 'the other answer', (event) => ({ wmarkCheck: 1 - numberIn(event, 'wmarkCheck') })),
      made(question, 'available below the mark', (event) => ({
        available: Math.floor(numberIn(event, 'minWmark') / 5),
      })),
      exchanged(question, 'available', 'reclaimable', 'available and reclaimable exchanged'),
      { ...off(question, 'minWmark', 'min_wmark'), blind: SAME_SIDE },
      { ...off(question, 'available', 'available'), blind: SAME_SIDE },
    ],
  },
  {
    rule: 'no-progress-loops',
    excerpt: 'rounds',
    kinds: [
      off(question, 'noProgressLoops', 'no_progress_loops'),
      made(reclaimed, 'nothing reclaimed', () => ({ nrReclaimed: 0 })),
    ],
  },
];
