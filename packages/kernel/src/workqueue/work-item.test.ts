/** The work item against kernel/workqueue.c as kernel reference 1.5 gives it, and against fact 5 of the traces. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  abandonFlush,
  flushers,
  flushWork,
  IDLE_WORK,
  isQueued,
  modDelayedWork,
  timerFired,
  type WorkItem,
} from './work-item.ts';

interface Course {
  readonly work: WorkItem;
  /** Those whose wait is over, in this order. */
  readonly woken: readonly string[];
}

/**
 * Carries out one step: `arm` and `kick` are mod_delayed_work with a jiffy and with none, `fire` is the timer,
 * `flush:k` and `drop:k` are a flusher's, `next` is the kworker taking the first entry of its list, `end` is the end of
 * a run.
 */
function carryOut({ work, woken }: Course, step: string): Course {
  const [what = '', name = ''] = step.split(':');
  const flusher = { task: name, token: 1 };
  switch (what) {
    case 'arm':
      return { work: modDelayedWork(work, false), woken };
    case 'kick':
      return { work: modDelayedWork(work, true), woken };
    case 'fire':
      return { work: timerFired(work), woken };
    case 'flush': {
      const { work: next, waits } = flushWork(work, flusher);
      return { work: next, woken: waits ? woken : [...woken, name] };
    }
    case 'drop':
      return { work: abandonFlush(work, flusher), woken };
    case 'next': {
      const [first, ...pool] = work.pool;
      if (work.running || first === undefined)
        throw new Error(`the kworker cannot take anything: ${JSON.stringify(work)}`);
      return first.kind === 'work'
        ? { work: { ...work, pool, running: true }, woken }
        : { work: { ...work, pool }, woken: [...woken, first.flusher.task] };
    }
    case 'end':
      if (!work.running) throw new Error('nothing runs');
      return {
        work: { ...work, running: false, scheduled: [] },
        woken: [...woken, ...work.scheduled.map(({ task }) => task)],
      };
    default:
      throw new Error(`no step ${step}`);
  }
}

/** Returns who was woken, and what is left: `armed`, `running`, `work` and the names of barriers in their order. */
function course(steps: string): string {
  const { work, woken } = steps.split(' ').reduce(carryOut, { work: IDLE_WORK, woken: [] } as Course);
  const left = [
    ...(work.armed ? ['armed'] : []),
    ...(work.running ? ['running'] : []),
    ...work.scheduled.map(({ task }) => `(${task})`),
    ...work.pool.map((entry) => (entry.kind === 'work' ? 'work' : entry.flusher.task)),
  ];
  return `${woken.join(' ') || '-'} / ${left.join(' ') || '-'}`;
}

test.each([
  ['an idle work is not waited for', 'flush:k', 'k / -'],
  ['nor is one that has run', 'kick next end flush:k', 'k / -'],
  ['mod_delayed_work arms the timer', 'arm', '- / armed'],
  ['it stays one timer when it is armed again', 'arm arm', '- / armed'],
  ['the timer queues the work', 'arm fire', '- / work'],
  ['without delay it is queued at once', 'kick', '- / work'],
  ['and the timer is deleted', 'arm kick', '- / work'],
  ['a queued work is queued once', 'kick kick', '- / work'],
  ['a queued work goes back to the timer', 'kick arm', '- / armed'],
  ['a flush deletes the timer and queues the work', 'arm flush:k', '- / work k'],
  ['and its flusher wakes when the work is done', 'arm flush:k next end next', 'k / -'],
  ['not when it starts', 'arm flush:k next', '- / running k'],
  ['nor when it ends, but when the kworker comes to the barrier', 'arm flush:k next end', '- / k'],
  ['a run alone is waited for', 'kick next flush:k', '- / running (k)'],
  ['until it ends', 'kick next flush:k end', 'k / -'],
  ['a work that is queued again while it runs does not run twice at once', 'kick next kick', '- / running work'],
  ['its flusher waits for the queued instance', 'kick next kick flush:k', '- / running work k'],
  ['so the end of the run does not wake him', 'kick next kick flush:k end', '- / work k'],
  ['but the end of the next does', 'kick next kick flush:k end next end next', 'k / -'],
  ['the same with the timer armed while it runs', 'kick next arm flush:k', '- / running work k'],
  ['who came before it was queued again waits for the run only', 'kick next flush:k kick end', 'k / work'],
  ['flushers of one run wake newest first', 'kick next flush:k flush:l flush:m end', 'm l k / -'],
  [
    'flushers of one queued work wake newest first',
    'kick flush:k flush:l flush:m next end next next next',
    'm l k / -',
  ],
  ['queueing again slips the work behind the barrier', 'kick flush:k kick', '- / k work'],
  ['whose flusher wakes though nothing has run', 'kick flush:k kick next', 'k / work'],
  ['and a later one is linked to the work where it is now', 'kick flush:k kick flush:l', '- / k work l'],
  ['all barriers before it wake first', 'kick flush:k flush:l kick flush:m kick next next next', 'l k m / work'],
  ['re-arming leaves the barrier alone in the list', 'kick flush:k arm', '- / armed k'],
  ['and its flusher wakes while the timer runs', 'kick flush:k arm next', 'k / armed'],
  ['the timer queues the work behind it', 'kick flush:k arm fire', '- / k work'],
  ['so does another flush', 'kick flush:k arm flush:l', '- / k work l'],
  ['who gives up a run is not woken', 'kick next flush:k flush:l drop:k end', 'l / -'],
  ['nor who gives up a queued work', 'kick flush:k flush:l drop:k next end next', 'l / -'],
  ['and the work stays', 'kick flush:k drop:k', '- / work'],
])('%s', (_, steps, expected) => {
  expect(course(steps)).toBe(expected);
});

test('a flush is given up by its token, not by its task', () => {
  const [first, second] = [1, 2].map((token) => ({ task: 'k', token }));
  if (first === undefined || second === undefined) throw new Error('two flushes');
  const queued = flushWork(flushWork(modDelayedWork(IDLE_WORK, true), first).work, second).work;
  expect(flushers(abandonFlush(queued, first))).toEqual([second]);
  const running = { ...IDLE_WORK, running: true };
  const both = flushWork(flushWork(running, first).work, second).work;
  expect(flushers(abandonFlush(both, second))).toEqual([first]);
});

test('by random use: everybody wakes once, and not too early unless the work slipped', () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('arm', 'kick') },
      { weight: 5, arbitrary: fc.constantFrom('fire', 'next', 'end') },
      { weight: 3, arbitrary: fc.constant('flush') },
    ),
    { size: 'max', maxLength: 60 },
  );
  let slips = 0;
  fc.assert(
    fc.property(steps, (drawn) => {
      let now: Course = { work: IDLE_WORK, woken: [] };
      let [started, ended] = [0, 0];
      /** How many runs must have ended before each flusher wakes; none once the work has slipped behind his barrier. */
      const waitsFor = new Map<string, number>();
      for (const [i, drawnStep] of drawn.entries()) {
        const { work, woken } = now;
        if (drawnStep === 'fire' && !work.armed) continue;
        if (drawnStep === 'end' && !work.running) continue;
        if (drawnStep === 'next' && (work.running || work.pool.length === 0)) continue;
        const step = drawnStep === 'flush' ? `flush:${i}` : drawnStep;
        if (drawnStep === 'flush') {
          const pending = work.armed || isQueued(work);
          waitsFor.set(String(i), pending ? started + 1 : work.running ? started : 0);
        }
        if (drawnStep === 'next' && work.pool[0]?.kind === 'work') started += 1;
        if (drawnStep === 'end') ended += 1;
        if ((drawnStep === 'arm' || drawnStep === 'kick') && isQueued(work))
          for (const entry of work.pool) if (entry.kind === 'barrier') waitsFor.set(entry.flusher.task, 0);
        now = carryOut(now, step);
        for (const task of now.woken.slice(woken.length)) {
          expect(ended).toBeGreaterThanOrEqual(waitsFor.get(task) ?? Number.POSITIVE_INFINITY);
          if (ended === 0 && waitsFor.get(task) === 0) slips += 1;
        }
        expect(now.work.pool.filter((entry) => entry.kind === 'work').length).toBeLessThanOrEqual(1);
        expect(now.work.armed && isQueued(now.work)).toBe(false);
        const all = [...now.woken, ...flushers(now.work).map(({ task }) => task)];
        expect(all.toSorted()).toEqual([...waitsFor.keys()].toSorted());
      }
    }),
    { numRuns: 100 },
  );
  expect(slips).toBeGreaterThan(0);
});
