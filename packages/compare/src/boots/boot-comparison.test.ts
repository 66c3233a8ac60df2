/** Real boots beside simulated ones: which cells disagree, and what is said of them. */
import { readFileSync } from 'node:fs';
import type { TraceHit } from '@dragon/engine';
import { expect, test } from 'vitest';
import { RunMeter } from '../run-measures.ts';
import type { Boot } from './boot.ts';
import { type BootTwin, compareBoots } from './boot-comparison.ts';
import { bootRun } from './boot-run.ts';
import { bootLines } from './boot-table.ts';
import { readBoots } from './boots-csv.ts';

const TABLE = readFileSync(new URL('../../../../test/boots/boots.csv', import.meta.url), 'utf8');
const SECOND = 1_000_000_000;
const skipped = readBoots(TABLE).filter(({ group, policy }) => group === 'late4' && policy === 'skip-kswapd');

/** A run that ends as said: with a kill after `killS`, or with the hog's memory after `doneS`. */
function twin(boot: Boot, ended: { killS?: number; doneS?: number; queued?: number; changes?: number }): BootTwin {
  const run = bootRun(boot);
  const meter = new RunMeter();
  const hit = (atS: number, event: string, fields: TraceHit['fields']) =>
    meter.hit({ at: Math.round(atS * SECOND), agent: 'kswapd/0', event, fields });
  for (let i = 0; i <= (ended.changes ?? 0); i += 1)
    hit(1, i % 2 === 0 ? 'xfs_inode_set_need_inactive' : 'xfs_inodegc_queue', {
      cpu: i % 2,
      ino: i,
      count: 1,
      items: 1,
      task: 'kswapd/0',
    });
  hit(1, 'xfs_inode_set_need_inactive', { cpu: 3, ino: 9, count: ended.queued ?? 0, items: 1, task: 'hog/0' });
  if (ended.killS !== undefined) hit(1 + ended.killS, 'mark_victim', { task: 'hog/0', comm: 'hog', pid: 1, pages: 1 });
  if (ended.doneS !== undefined) hit(1 + ended.doneS, 'memory_touched', { task: 'hog/0', pages: 1 });
  return {
    boot,
    run,
    measures: meter.finish({ endedAt: 60 * SECOND, events: 1, digest: '' }, { deadlock: undefined }),
  };
}

const cellOf = (twins: readonly BootTwin[]) => {
  const [cell] = compareBoots(skipped, twins);
  if (cell === undefined) throw new Error('no cell');
  return cell;
};

test('a model that does the same disagrees in nothing', () => {
  const cell = cellOf(
    skipped.map((boot) => twin(boot, { killS: boot.killS ?? 0, queued: 37_500, changes: boot.kswapdCpuChanges ?? 0 })),
  );
  expect(cell).toMatchObject({ real: { kills: 5, of: 5 }, simulated: { kills: 5, of: 5 }, p: 1 });
  expect(cell.disagrees.filter((name) => !name.includes('at the kill') && name !== 'kswapd queued')).toEqual([]);
  expect(cell.measures.find(({ name }) => name === 'kswapd CPU changes')).toMatchObject({
    real: 33,
    simulated: 33,
    p: 1,
  });
});

test('one that kills nobody disagrees in the share of kills, and says so', () => {
  const cell = cellOf(Array.from({ length: 16 }, (_, i) => twin(skipped[i % 5] as Boot, { doneS: 2 + i / 10 })));
  expect(cell.disagrees).toEqual(expect.arrayContaining(['share of kills', 'kswapd CPU changes']));
  expect(cell.p).toBeLessThan(0.001);
  expect(cell.simulated.interval.high).toBeLessThan(0.2);
  const text = bootLines([cell], 100).join('\n');
  expect(text).toContain('late4, skip-kswapd: beyond=25 LATE=5 on 4 CPUs, 384 MiB; 5 real, 16 simulated');
  expect(text).toMatch(/killed +5\/5 \[57\.\.100 %\] +0\/16 \[0\.\.19 %\] +< 0\.001/);
  expect(text).toMatch(/killed after +5\.8 s \(5\) +- +- +-/);
  expect(text).toContain('1 of 1 cells disagree with the real boots beyond chance (p < 0.05):');
});
