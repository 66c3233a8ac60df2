/** lockdep's verdict on runs of the simulated kernel: derived from what agents hold and wait for, as a real one is. */
import { LocalRun } from '@dragon/engine';
import { lockdepLog, lockdepSentence, reportFinders, ResourceNames, TaskNames } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';

function lockdepOf(scenario: string, policy: string, until = '300s') {
  const plan = requestRun(readRun({ scenario, policy, until })).plan();
  const { graph, lockdep, finders } = reportFinders(plan);
  const run = new LocalRun(plan, DEFINITIONS, { finders });
  while (run.advance(10_000));
  const sentence = lockdepSentence(lockdep.splat, graph.deadlock, new TaskNames(plan), new ResourceNames(plan));
  return { sentence, log: lockdepLog(lockdep, plan, '6.1.0') };
}

test('the deadlock of the mail: not its cycle, of which the AGI is unseen, but one of sb_internal', () => {
  const { sentence, log } = lockdepOf('seed-deadlock', '');
  expect(sentence).toBe(
    'possible circular locking dependency, when xfs_scrub asks for shrinker_rwsem at 2.220880078 s: sb_internal -> ' +
      'shrinker_rwsem -> (work_completion)(&(&gc->work)->work) -> sb_internal. That is not the cycle above, of which it ' +
      'does not see all: a buffer lock is a semaphore (b_sema), of which lockdep knows nothing.',
  );
  const text = log.map((line) => line.slice('[    2.220880] '.length));
  expect(text).toContain('WARNING: possible circular locking dependency detected');
  expect(text).toContain('(shrinker_rwsem){++++}-{3:3}, at: unregister_shrinker');
  expect(text).toContain('(sb_internal){.+.+}-{0:0}, at: xfs_trans_alloc');
  expect(text).toContain(' *** DEADLOCK ***');
});

test('kswapd that inactivates itself: sb_internal below shrinker_rwsem, and above it in repair', () => {
  expect(lockdepOf('seed-deadlock', 'throttle=inline').sentence).toContain(
    ': sb_internal -> shrinker_rwsem -> sb_internal.',
  );
});

test('repair that lets go of its transaction first: nothing is in a circle', () => {
  expect(lockdepOf('seed-deadlock', 'repair=unregister-after-commit', '3s').sentence).toBe(
    'nothing, as no locks were taken in a circle.',
  );
});
