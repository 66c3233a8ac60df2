/** The OOM killer: kernel reference 3.5. */
import { expect, test } from 'vitest';
import { KERNEL, MemoryNode, NOFS } from './memory-node.fixture.ts';
import { reap } from './oom-killer.ts';

const TASKS = [
  { id: 'hog/0', comm: 'hog', pid: 286 },
  { id: 'hog/1', comm: 'stress', pid: 287 },
  { id: 'sshd/0', comm: 'sshd', pid: 1, oomScoreAdj: -1000 },
];

const node = (anon: { readonly [task: string]: number }, params = {}): MemoryNode =>
  new MemoryNode({ free: 900, slab: 20_000, anon, tasks: TASKS, ...params });

const victims = (on: MemoryNode): string[] =>
  on.effects.flatMap((effect) =>
    effect.kind === 'send' && effect.message.type === 'task.oomKilled' ? [effect.to] : [],
  );

test('it kills the task with most anonymous pages; the first by id among equals; never one with oom_score_adj -1000', () => {
  const larger = node({ 'hog/0': 5_000, 'hog/1': 6_000, 'sshd/0': 90_000 });
  expect(larger.outOfMemory('churn/0')).toEqual({ verdict: 'killed', progress: true });
  expect(victims(larger)).toEqual(['hog/1']);
  const equal = node({ 'hog/1': 5_000, 'hog/0': 5_000 });
  equal.outOfMemory('churn/0');
  expect(victims(equal)).toEqual(['hog/0']);
});

test('oom_score_adj counts in thousandths of memory', () => {
  const tasks = [{ id: 'hog/0', comm: 'hog', pid: 1, oomScoreAdj: 10 }];
  const adjusted = node({ 'hog/0': 5_000, 'hog/1': 7_619 }, { tasks });
  adjusted.outOfMemory('churn/0');
  expect(victims(adjusted)).toEqual(['hog/0']);
});

test('it says so in the log as the kernel does, and to the tracepoint, the victim and the inode cache', () => {
  const killing = node({ 'hog/0': 5_000 }, { lruFile: 12 });
  expect(killing.sends('hog/0', { type: 'memory.outOfMemory', gfp: KERNEL, order: 0 })).toEqual([
    'hog/0 task.outOfMemoryHandled',
    'hog/0 task.oomKilled',
    'inode-cache inodeCache.outOfMemory',
  ]);
  const fields = { task: 'hog/0', comm: 'hog', pid: 286, pages: 5_000 };
  expect(killing.hits).toEqual([
    { event: 'out_of_memory', fields: { task: 'hog/0', nid: 0, gfpFlags: 'GFP_KERNEL' } },
    { event: 'mark_victim', fields },
  ]);
  expect(killing.log).toEqual([
    'hog invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0',
    'Mem-Info:',
    'active_anon:0 inactive_anon:5000',
    ' active_file:0 inactive_file:12',
    ' slab_reclaimable:20000 slab_unreclaimable:0',
    ' free:900',
    'Node 0 DMA32 free:3600kB boost:0kB min:4096kB low:5144kB high:6192kB active_anon:0kB inactive_anon:20000kB active_file:0kB inactive_file:48kB managed:1048576kB',
    '(rest of the machine: 944928kB in use for good, not modelled)',
    '(/proc/meminfo would say MemAvailable: 72288 kB)',
    'Tasks state (memory values in pages):',
    '[  pid  ]      rss oom_score_adj name',
    '[    286]     5000             0 hog',
    'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=hog,pid=286,uid=0',
    'Out of memory: Killed process 286 (hog) anon-rss:20000kB, oom_score_adj:0',
  ]);
});

test('every page of its report has an owner', () => {
  const killing = node({ 'hog/0': 5_000, 'hog/1': 4_321, 'ls/0': 7 }, { lruFile: 12, activeFile: 5 });
  killing.outOfMemory('churn/0');
  const text = killing.log.join('\n');
  const number = (before: string): number => Number(new RegExp(`${before}(\\d+)`).exec(text)?.[1]);
  const tasks = killing.log.flatMap((line) => /^\[ +\d+\] +(\d+) /.exec(line)?.[1] ?? []).map(Number);
  expect(tasks).toEqual([7, 5_000, 4_321]);
  expect(tasks.reduce((sum, pages) => sum + pages)).toBe(number('inactive_anon:'));
  const owned = ['free:', 'inactive_anon:', ' active_file:', 'inactive_file:', 'slab_reclaimable:'];
  const kib = owned.reduce((sum, name) => sum + 4 * number(name), number('rest of the machine: '));
  expect(kib).toBe(number('managed:'));
  expect(number('anon-rss:')).toBe(4 * 5_000);
});

test('a victim that is not gone yet is waited for; the next one is killed only then', () => {
  const two = node({ 'hog/0': 5_000, 'hog/1': 4_000 });
  two.outOfMemory('churn/0');
  two.allocate('churn/0', 1);
  expect(two.outOfMemory('churn/0')).toEqual({ verdict: 'victim-dying', progress: true });
  two.say('hog/0', { type: 'memory.free', pages: 4_096, use: 'anon' });
  expect(two.outOfMemory('churn/0').verdict).toBe('victim-dying');
  two.say('hog/0', { type: 'memory.free', pages: 904, use: 'anon' });
  expect(two.outOfMemory('churn/0').verdict).toBe('killed');
  expect(victims(two)).toEqual(['hog/1']);
});

test('while one kills, the others see oom_lock taken', () => {
  const two = node({ 'hog/0': 5_000 });
  two.outOfMemory('churn/0');
  expect(two.outOfMemory('churn/1')).toEqual({ verdict: 'lock-busy', progress: true });
  two.allocate('churn/0', 1);
  expect(two.outOfMemory('churn/1').verdict).toBe('victim-dying');
});

test('a NOFS allocation makes progress without a kill; a victim that asks is a victim already', () => {
  const asked = node({ 'hog/0': 5_000 });
  expect(asked.outOfMemory('inodegc/0', NOFS)).toEqual({ verdict: 'no-fs', progress: true });
  expect(asked.outOfMemory('hog/0', { ...KERNEL, victim: true }).verdict).toBe('victim-dying');
  expect(asked.state.victim).toBeNull();
});

test('nobody to kill: the kernel panics, here the allocation fails', () => {
  const none = node({ 'sshd/0': 5_000 });
  expect(none.outOfMemory('churn/0')).toEqual({ verdict: 'no-victim', progress: false });
  expect(none.log.slice(-2)).toEqual([
    'Out of memory and no killable processes...',
    'Kernel panic - not syncing: System is deadlocked on memory',
  ]);
});

test('it holds back while inactivation gets on, once for each time it did', () => {
  const aware = node({ 'hog/0': 5_000 });
  aware.say('inodegc/0', { type: 'memory.inodesInactivated', freeable: 100 });
  expect(aware.outOfMemory('churn/0')).toEqual({ verdict: 'inactivation-progresses', progress: true });
  aware.say('inodegc/0', { type: 'memory.inodesInactivated', freeable: 90 });
  expect(aware.outOfMemory('churn/0').verdict).toBe('inactivation-progresses');
  expect(aware.outOfMemory('churn/0').verdict).toBe('killed');
});

test('the reaper takes the memory of a victim that cannot come; it is not chosen again and may still give it back', () => {
  const stuck = node({ 'hog/0': 5_000, 'hog/1': 4_000 });
  stuck.outOfMemory('churn/0');
  [stuck.state, stuck.effects] = reap(stuck.state);
  expect(stuck.state).toMatchObject({ victim: null, freePages: 5_900, anon: [[{ owner: 'hog/1', pages: 4_000 }]] });
  expect(stuck.log).toEqual(['oom_reaper: reaped process 286 (hog), now anon-rss:0kB']);
  stuck.say('hog/0', { type: 'memory.free', pages: 5_000, use: 'anon' });
  expect(stuck.state).toMatchObject({ freePages: 5_900, takenBack: [] });
  stuck.allocate('hog/0', 4_500);
  stuck.allocate('churn/0', 1);
  expect(stuck.outOfMemory('churn/0').verdict).toBe('killed');
  expect(victims(stuck)).toEqual(['hog/1']);
});
