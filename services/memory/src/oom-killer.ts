/**
 * The OOM killer. Linux 6.1 mm/page_alloc.c __alloc_pages_may_oom; mm/oom_kill.c out_of_memory, oom_badness,
 * select_bad_process, oom_kill_process, dump_header, oom_reaper (from memory: it takes the victim's anonymous pages 2 s
 * after the kill if they are still there). Leaves out memory cgroups, cpusets, and the stack of the caller. oom_lock
 * is held from a kill to the killer's next request: the time that its messages take to print.
 */
import { type AgentId, compareText, type Effect } from '@dragon/engine';
import { allOf, hit, type MemoryMessage, type OomVerdict, type Received, toInodeCache, toTask } from '@dragon/kernel';
import { type MemoryContext, type OomTask, type Outcome } from './node-state.ts';
import { pagesChanged, pagesOf } from './pages-by-owner.ts';

type Event = Received<Extract<MemoryMessage, { type: 'memory.outOfMemory' }>>;

const OOM_SCORE_ADJ_MIN = -1000;
const KIB_PER_PAGE = 4;
/** Pages below 4 GiB that are memory on x86, beside the hole for devices: the only zone of a small machine. */
const DMA32_PAGES = 786_432;

/** Answers whether the caller tries again, and kills if it comes to that. */
export function outOfMemory(state: MemoryContext, event: Event): Outcome {
  const handled = (verdict: OomVerdict, next = state): Outcome => [
    next,
    [
      ...(verdict === 'lock-busy' ? [] : [outOfMemoryHit(state, event)]),
      toTask(event.from, { type: 'task.outOfMemoryHandled', progress: verdict !== 'no-victim', verdict }),
    ],
  ];
  if (state.oomLock !== null && state.oomLock !== event.from) return handled('lock-busy');
  if (event.gfp.victim) return handled('victim-dying');
  if (!event.gfp.fs) return handled('no-fs');
  if (state.inactivationProgresses)
    return handled('inactivation-progresses', { ...state, inactivationProgresses: false });
  if (state.victim !== null) return handled('victim-dying');
  const victim = badProcess(state);
  if (victim === null) {
    const [, reply] = handled('no-victim');
    return [state, [...[...header(state, event), ...NO_VICTIM].map(logLine), ...reply]];
  }
  const [killing, reply] = handled('killed', { ...state, victim: victim.id, oomLock: event.from });
  return [killing, [...reply, ...killEffects(state, event, victim)]];
}

const outOfMemoryHit = ({ node }: MemoryContext, { from, gfp }: Event): Effect =>
  hit('out_of_memory', { task: from, nid: node, gfpFlags: gfp.fs ? 'GFP_KERNEL' : 'GFP_NOFS' });

const logLine = (text: string): Effect => ({ kind: 'log', text });

const NO_VICTIM = [
  'Out of memory and no killable processes...',
  'Kernel panic - not syncing: System is deadlocked on memory',
];

/**
 * select_bad_process: the task with most pages, each thousandth of memory of its oom_score_adj added; the first by id
 * among equals.
 */
function badProcess(state: MemoryContext): OomTask | null {
  let chosen: OomTask | null = null;
  let most = 0;
  const known = new Map(state.tasks.map((task) => [task.id, task]));
  for (const { owner: id, pages } of allOf(state.anon)) {
    const task = known.get(id) ?? unnamed(id);
    const adj = task.oomScoreAdj ?? 0;
    if (adj === OOM_SCORE_ADJ_MIN || state.reaped.includes(id)) continue;
    const points = pages + adj * Math.floor(state.managed / 1000);
    if (chosen !== null && points <= most) continue;
    chosen = task;
    most = points;
  }
  return chosen;
}

/** oom_kill_process. */
function killEffects(state: MemoryContext, event: Event, victim: OomTask): Effect[] {
  const { id, comm, pid, oomScoreAdj: adj = 0 } = victim;
  const pages = rssOf(state, id);
  const rss = pages * KIB_PER_PAGE;
  return [
    hit('mark_victim', { task: id, comm, pid, pages }),
    ...header(state, event).map(logLine),
    logLine(
      `oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=${state.node},global_oom,task_memcg=/,task=${comm},pid=${pid},uid=0`,
    ),
    logLine(`Out of memory: Killed process ${pid} (${comm}) anon-rss:${rss}kB, oom_score_adj:${adj}`),
    toTask(id, { type: 'task.oomKilled' }),
    ...(state.inodeCache ? [toInodeCache({ type: 'inodeCache.outOfMemory' })] : []),
  ];
}

/**
 * dump_header, show_mem and dump_tasks, as far as the model has what they print: numbers of things that it does not
 * have are not printed as 0. What stands in parentheses is in no kernel's log. With it every page of the zone has an
 * owner: the tasks make inactive_anon, and free, anon, file, slab and the rest make managed.
 */
function header(state: MemoryContext, { from, order }: Event): string[] {
  const { comm, oomScoreAdj = 0 } = taskOf(state, from);
  const { node, freePages, marks, boosting, lru, anonPages, slab, logItems, managed, other, memAvailable } = state;
  const kb = (pages: number): string => `${pages * KIB_PER_PAGE}kB`;
  const zone = [
    `free:${kb(freePages)}`,
    `boost:${kb(boosting.boost)}`,
    `min:${kb(marks.min)}`,
    `low:${kb(marks.low)}`,
    `high:${kb(marks.high)}`,
    'active_anon:0kB',
    `inactive_anon:${kb(anonPages)}`,
    `active_file:${kb(lru.active.pages)}`,
    `inactive_file:${kb(lru.inactive.pages)}`,
    `managed:${kb(managed)}`,
  ];
  return [
    `${comm} invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=${order}, oom_score_adj=${oomScoreAdj}`,
    'Mem-Info:',
    `active_anon:0 inactive_anon:${anonPages}`,
    ` active_file:${lru.active.pages} inactive_file:${lru.inactive.pages}`,
    ` slab_reclaimable:${slab} slab_unreclaimable:${logItems.pages}`,
    ` free:${freePages}`,
    `Node ${node} ${managed > DMA32_PAGES ? 'Normal' : 'DMA32'} ${zone.join(' ')}`,
    `(rest of the machine: ${kb(other)} in use for good, not modelled)`,
    `(/proc/meminfo would say MemAvailable: ${memAvailable * KIB_PER_PAGE} kB)`,
    ...taskTable(state),
  ];
}

/** dump_tasks, without the columns that the model has nothing for. */
function taskTable(state: MemoryContext): string[] {
  const rows = [...allOf(state.anon)]
    .map(({ owner, pages }) => ({ ...taskOf(state, owner), pages }))
    .sort((a, b) => a.pid - b.pid || compareText(a.id, b.id));
  return [
    'Tasks state (memory values in pages):',
    '[  pid  ]      rss oom_score_adj name',
    ...rows.map(
      ({ pid, pages, oomScoreAdj = 0, comm }) =>
        `[${String(pid).padStart(7)}] ${String(pages).padStart(8)} ${String(oomScoreAdj).padStart(13)} ${comm}`,
    ),
  ];
}

const rssOf = (state: MemoryContext, task: AgentId): number => pagesOf(state.anon, task);

function taskOf(state: MemoryContext, id: AgentId): OomTask {
  return state.tasks.find((task) => task.id === id) ?? unnamed(id);
}

const unnamed = (id: AgentId): OomTask => ({ id, comm: id, pid: 0 });

/**
 * oom_reap_task: takes the anonymous pages of a victim that has not come to give them back itself. It is not chosen
 * again.
 */
export function reap(state: MemoryContext): Outcome {
  const { victim } = state;
  if (victim === null) return [state, []];
  const pages = rssOf(state, victim);
  const { comm, pid } = taskOf(state, victim);
  const reaped: MemoryContext = {
    ...state,
    anon: pagesChanged(state.anon, victim, -pages),
    anonPages: state.anonPages - pages,
    freePages: state.freePages + pages,
    takenBack: pagesChanged(state.takenBack, `${victim} anon`, pages),
    victim: null,
    reaped: [...state.reaped, victim].toSorted(compareText),
  };
  const line = `oom_reaper: reaped process ${pid} (${comm}), now anon-rss:0kB`;
  return [reaped, [logLine(line)]];
}
