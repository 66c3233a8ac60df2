/** The report of a dump for a person: the finding in a sentence, who waits for whom, each task, and who is behind. */
import { isOneOf, kernelVersionOf } from '@dragon/kernel';
import { hanging, type TerminalStyle, wrap } from '@dragon/report';
import type { Edge } from './blockers.ts';
import { chainEnds, chainEndSentence, isKnownEnd } from './chain-ends.ts';
import type { Diagnosis } from './diagnosis.ts';
import { counted, DumpNames, listed } from './dump-names.ts';
import { dumpSentence } from './dump-sentence.ts';
import { nearestScenario } from './nearest-scenario.ts';
import { type Cycle, edgesOf } from './stuck-tasks.ts';
import { holdWords, type ReadTask, shownHolds, tellingFrames, waitWords } from './task-wait.ts';

export interface PageForm {
  readonly width: number;
  readonly style: TerminalStyle;
  /** Returns the shell command of this program with these arguments. */
  readonly command: (args: string) => string;
}

/** Tasks that are described before the rest is only counted. */
const DESCRIBED = 12;
/** Cycles, likewise. */
const TOLD = 4;
const LISTED = 20;

/** Returns the lines of the report of one dump. */
export function dumpText(found: Diagnosis, form: PageForm): string[] {
  const names = new DumpNames(found);
  const blocks = [
    wrap(dumpSentence(found, names), form.width).map(
      found.verdict === 'deadlock' ? form.style.alarm : form.style.strong,
    ),
    ...found.cycles.slice(0, TOLD).map((cycle, i) => cycleLines(cycle, found.cycles.slice(0, i), found, names, form)),
    moreCycles(found, names, form),
    ...found.possible.slice(0, 1).map((cycle) => possibleLines(cycle, found, names, form)),
    behindLines(found, names, form),
    ...rootBlocks(found, names, form),
    taskLines(found, names, form),
    noteLines(found, names, form),
    nearestLines(found, form),
  ];
  return blocks.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

/** `kworker/0:0 -> scrub  for an AGI of vda`, and how each edge is known. */
function cycleLines(
  { pids }: Cycle,
  before: readonly Cycle[],
  found: Diagnosis,
  names: DumpNames,
  form: PageForm,
): string[] {
  const heading =
    before.length === 0 ? 'Who waits for whom:' : `${names.name(pids[0] ?? 0)} closes a cycle of its own:`;
  const known = new Set(before.flatMap((cycle) => edgeKeys(cycle.pids)));
  return [form.style.strong(heading), ...edgeLines(pids, known, found, names, form)];
}

function moreCycles({ cycles }: Diagnosis, names: DumpNames, { width }: PageForm): string[] {
  const more = cycles.slice(TOLD).map(({ pids }) => pids[0] ?? 0);
  return more.length === 0 ? [] : wrap(`So do ${names.list(more)}.`, width);
}

const edgeKeys = (pids: readonly number[]) => pids.map((pid, i) => `${pid} ${pids[(i + 1) % pids.length] ?? pid}`);

function edgeLines(
  pids: readonly number[],
  known: ReadonlySet<string>,
  { graph }: Diagnosis,
  names: DumpNames,
  { width, style }: PageForm,
): string[] {
  const longest = Math.max(...pids.map((pid) => names.name(pid).length));
  return pids.flatMap((pid, i) => {
    const next = pids[(i + 1) % pids.length] ?? pid;
    const head = `  ${names.name(pid).padEnd(longest)} -> ${names.name(next).padEnd(longest)}  `;
    const edges = edgesOf(graph.blockers.get(pid));
    const edge = edges.find((each) => each.pid === next);
    const isToldAgain = edge === undefined || known.has(edgeKeys(pids)[i] ?? '');
    return [
      ...hanging(head, `for ${names.wait(pid)}`, width),
      ...(isToldAgain ? [] : hanging('      ', basisWords(edge, edges, names.task(pid)), width).map(style.faint)),
    ];
  });
}

function basisWords({ basis, because }: Edge, edges: readonly Edge[], waiter: ReadTask | undefined): string {
  if (basis === 'kernel') return because;
  if (basis !== 'fits') return `a fact: ${because}`;
  if (edges.length > 1) return `one of ${edges.length} that fit, and all of them are stuck: ${because}`;
  const isBuffer = waiter?.wait?.resource === 'AGI' || waiter?.wait?.resource === 'AGF';
  return `not a fact, but the only one here that fits${isBuffer ? " (a buffer's lock has no owner in a dump)" : ''}: ${because}`;
}

function possibleLines({ pids }: Cycle, found: Diagnosis, names: DumpNames, form: PageForm): string[] {
  return [
    ...wrap(
      'There would be a deadlock if, where several fit, it were these; another that fits is not stuck:',
      form.width,
    ).map(form.style.strong),
    ...edgeLines(pids, new Set(), found, names, form),
  ];
}

function behindLines({ behind, graph }: Diagnosis, names: DumpNames, { width, style }: PageForm): string[] {
  if (behind.length === 0) return [];
  const longest = Math.max(...behind.slice(0, LISTED).map((pid) => names.name(pid).length));
  return [
    style.strong(`${counted(behind.length, 'task waits', 'tasks wait')} behind them:`),
    ...behind.slice(0, LISTED).flatMap((pid) => {
      const edges = edgesOf(graph.blockers.get(pid));
      const others = graph.blocked.filter(
        (task) =>
          task.task.pid !== pid &&
          !behind.includes(task.task.pid) &&
          task.wait?.lock === 'W' &&
          task.wait.resource === names.task(pid)?.wait?.resource,
      );
      const queue = others.length === 0 ? '' : `, as does ${listed(others.map(({ name }) => name))}`;
      const by = edges.length === 0 ? '' : `; ${names.list(edges.map((edge) => edge.pid))} in the way`;
      return hanging(`  ${names.name(pid).padEnd(longest)}  `, `waits for ${names.wait(pid)}${queue}${by}`, width);
    }),
    ...(behind.length > LISTED ? [`  and ${behind.length - LISTED} more`] : []),
  ];
}

function rootBlocks(found: Diagnosis, names: DumpNames, { width, style }: PageForm): string[][] {
  const { verdict } = found;
  const ends = chainEnds(found, names);
  const first = verdict === 'stall' && found.passed === undefined ? ends.find(isKnownEnd) : undefined;
  const rest = ends.filter((end) => end !== first);
  if (rest.length === 0) return [];
  const heading = verdict === 'unclear' ? 'What is shown:' : 'Besides:';
  return [
    [
      style.strong(heading),
      ...rest.slice(0, LISTED).flatMap((end) => hanging('  ', chainEndSentence(end, names), width)),
      ...(rest.length > LISTED ? [`  and ${rest.length - LISTED} more`] : []),
    ],
  ];
}

/** Each task of a cycle, or each blocked one: what told, what it holds, and who may be in the way. */
function taskLines(found: Diagnosis, names: DumpNames, { width, style }: PageForm): string[] {
  const { cycles, graph, roots } = found;
  const parties = cycles.flatMap(({ pids }) => pids);
  const ends = roots.flatMap(({ kind, pid }) => (kind === 'running' || kind === 'sleeping' ? [pid] : []));
  const pids = [...new Set([...parties, ...ends, ...graph.blocked.map(({ task }) => task.pid)])];
  const shown = pids.slice(0, DESCRIBED).flatMap((pid) => names.task(pid) ?? []);
  if (shown.length === 0) return [];
  const lines = shown.flatMap((task) => describedTask(task, found, names, width));
  const more = pids.length - shown.length;
  return [
    style.strong('What the stacks tell, innermost first:'),
    ...lines,
    ...(more > 0 ? [`  and ${more} more, with --json`] : []),
  ];
}

function describedTask(task: ReadTask, { graph }: Diagnosis, names: DumpNames, width: number): string[] {
  const { pid, state, cpu, workqueue, blockedFor, by } = task.task;
  const runs = by === 'running' ? `runs${cpu === undefined ? '' : ` on CPU ${cpu}`}` : `state ${state}`;
  const about = [
    `pid ${pid}`,
    runs,
    ...(blockedFor === undefined ? [] : [`blocked for more than ${blockedFor} s`]),
    ...(workqueue === undefined ? [] : [`works for ${workqueue.name}`]),
  ];
  const frames = tellingFrames(task);
  const held = [
    ...shownHolds(task).map((hold) => holdWords(hold, task)),
    ...listedOnly(task, graph).map((lockClass) => `holds ${lockClass}`),
  ];
  const blockers = graph.blockers.get(pid);
  const edges = edgesOf(blockers);
  const candidates = (blockers?.oneOf.length ?? 0) > 1 ? blockers?.oneOf : undefined;
  return [
    ...hanging(`  ${task.name}: `, about.join(', '), width),
    ...(frames.length === 0 ? [] : hanging('      ', frames.join(' < '), width)),
    ...(task.symbols.length === 0 && task.task.guesses > 0
      ? hanging('      ', 'its stack is all guesses of the unwinder (?), of which none is used', width)
      : []),
    ...(held.length === 0 ? [] : hanging('      ', [...new Set(held)].join(', '), width)),
    ...(task.wait === undefined ? [] : hanging('      waits for ', waitWords(task), width)),
    ...(candidates === undefined
      ? []
      : hanging('      holder not told: candidates ', names.list(candidates.map((edge) => edge.pid)), width)),
    ...(graph.blockers.has(pid) && edges.length === 0 && blockers?.outside === undefined
      ? ['      holder not told: none in this dump fits']
      : []),
  ];
}

/** Of lockdep's list what is a lock, and what the stack has not told yet. */
function listedOnly(task: ReadTask, graph: Diagnosis['graph']): string[] {
  const told = shownHolds(task).map(({ resource }) => resource);
  return graph.locks
    .held(task)
    .map(({ lockClass }) => lockClass)
    .filter((name) => !NO_LOCKS.some((start) => name.startsWith(start)) && !told.some((each) => name.includes(each)));
}

/** That a worker runs a work, which its own lines say. */
const NO_LOCKS = ['(wq_completion)', '(work_completion)'];

/** What another kernel would have done, and what weakens the finding. */
function noteLines(found: Diagnosis, names: DumpNames, { width }: PageForm): string[] {
  const { graph, verdict, cycles } = found;
  const version = graph.dump.release === undefined ? undefined : kernelVersionOf(graph.dump.release);
  const waiters = graph.blocked.filter(({ wait }) => wait?.resource === 'shrinker_rwsem').map(({ task }) => task.pid);
  const notes: string[] = [];
  if (waiters.length > 0 && isOneOf({ until: '6.6' }, version)) {
    const who = waiters.length === 2 ? 'neither' : waiters.length === 1 ? `${names.list(waiters)} would not` : 'none';
    const wait = waiters.length === 1 ? 'wait for it' : 'would wait for it';
    const open = cycles.length > 0 && cycles.every(({ pids }) => pids.some((pid) => waiters.includes(pid)));
    notes.push(
      `shrinker_rwsem: since 6.7 (shrinkers=refcount) ${who} ${wait}${open ? ', and the cycle would not close' : ''}.`,
    );
  }
  if (verdict === 'deadlock' && cycles.some((cycle) => hasDoubt(cycle, found)))
    notes.push(
      graph.dump.complete
        ? 'A holder that runs is in no dump of blocked tasks: echo l > /proc/sysrq-trigger shows what each CPU does.'
        : 'Nothing says that all blocked tasks are shown here, so a holder may be missing: echo w > /proc/sysrq-trigger shows all of them, and echo l what runs.',
    );
  const [first] = cycles;
  const span = first === undefined ? 0 : spanOf(first, found);
  if (span > 300)
    notes.push(`The stacks of the cycle were shown up to ${Math.floor(span)} s apart: each may have moved in between.`);
  return notes.flatMap((note) => wrap(note, width));
}

const hasDoubt = ({ pids }: Cycle, { graph }: Diagnosis) =>
  pids.some((pid) => edgesOf(graph.blockers.get(pid)).some(({ basis }) => basis === 'fits'));

function spanOf({ pids }: Cycle, { graph }: Diagnosis): number {
  const times = pids.flatMap((pid) => graph.tasks.get(pid)?.task.at ?? []);
  return times.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
}

function nearestLines(found: Diagnosis, { width, command }: PageForm): string[] {
  if (found.verdict === 'nothing') return [];
  const near = nearestScenario(found);
  if (near === undefined) return ['None of the scenarios is near to this.'];
  const profile = near.profile === undefined ? '' : ` --profile ${near.profile}`;
  return [...wrap(`Nearest scenario: ${near.why}.`, width), `  ${command(`run ${near.scenario}${profile}`)}`];
}
