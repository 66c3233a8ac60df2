/** The finding of a dump in a sentence. */
import type { Diagnosis, Root } from './diagnosis.ts';
import { counted, type DumpNames } from './dump-names.ts';
import { edgesOf } from './stuck-tasks.ts';
import { resourceOf } from './task-wait.ts';

const NUMBERS: readonly string[] = ['', 'one', 'two', 'three', 'four', 'five', 'six'];

/** Returns the finding in a sentence: who waits for whom, and behind what. */
export function dumpSentence(found: Diagnosis, names: DumpNames): string {
  const { verdict, cycles, graph } = found;
  const [first] = cycles;
  switch (verdict) {
    case 'deadlock': {
      const pids = first?.pids ?? [];
      if (pids.length === 1)
        return `DEADLOCK: ${names.list(pids)} waits for ${names.wait(pids[0] ?? 0)}, which it has itself.`;
      const clauses = pids.map(
        (pid, i) =>
          `${names.name(pid)} waits for ${names.wait(pid)}, ${heldBy(found, pid, pids[(i + 1) % pids.length] ?? pid, names)}`,
      );
      const count = NUMBERS[pids.length] ?? String(pids.length);
      return `DEADLOCK: ${clauses.join('; ')}: none of the ${count} can ever go on.`;
    }
    case 'stall': {
      const [root] = found.roots.filter(({ kind }) => kind !== 'not-told' && kind !== 'not-shown');
      return `STALL, and no cycle in this dump: ${root === undefined ? '' : rootSentence(root, names)}`;
    }
    case 'unclear':
      return `Too little to tell: ${counted(graph.blocked.length, 'task is', 'tasks are')} blocked, and the dump does not show by whom. No cycle is shown, and none is excluded.`;
    case 'nothing':
      return 'No task is blocked in this dump.';
  }
}

/** `held by scrub`, or what else the next party must do. */
function heldBy({ graph }: Diagnosis, pid: number, holder: number, names: DumpNames): string {
  const edges = edgesOf(graph.blockers.get(pid));
  const edge = edges.find((each) => each.pid === holder);
  const wait = names.task(pid)?.wait?.resource;
  const name = names.name(holder);
  const doubt =
    edge?.basis === 'fits' ? (edges.length > 1 ? ' or another that is stuck' : ', the only one that fits') : '';
  if (wait === 'inodegc work' || wait === 'inodegc works' || wait === 'inactivation')
    return `which ${name} must finish${doubt}`;
  if (wait === 'sb_internal' || wait === 'sb_writers' || wait === 'sb_pagefault')
    return `which only the thaw by ${name} ends${doubt}`;
  return `held by ${name}${doubt}`;
}

/** Returns where a chain of waits ends, in a sentence. */
export function rootSentence(root: Root, names: DumpNames): string {
  const { kind, pid, what, behind } = root;
  switch (kind) {
    case 'running': {
      const cpu = names.task(pid)?.task.cpu;
      const place = `${cpu === undefined ? '' : ` on CPU ${cpu}`}${what === '' ? '' : `, in ${what}`}`;
      return `${names.list(behind)} ${verb(behind, 'waits', 'wait')} for ${holderWords(root, names)}, which runs${place}.`;
    }
    case 'sleeping':
      return `${names.list(behind)} ${verb(behind, 'waits', 'wait')} for ${holderWords(root, names)}, which sleeps but is not blocked${what === '' ? '' : `, in ${what}`}.`;
    case 'outside': {
      const others = behind.filter((each) => each !== pid);
      const after = others.length === 0 ? '' : `; ${names.list(others)} ${verb(others, 'waits', 'wait')} behind it`;
      return `${names.name(pid)} waits for ${what}, which no task holds${after}.`;
    }
    case 'not-shown':
      return `${names.list(behind)} ${verb(behind, 'waits', 'wait')} for ${names.name(pid)}, of which the dump shows no stack.`;
    case 'not-told': {
      const others = behind.filter((each) => each !== pid);
      const after = others.length === 0 ? '' : ` ${names.list(others)} ${verb(others, 'waits', 'wait')} behind it.`;
      const wait = names.task(pid)?.wait;
      const isWork = wait !== undefined && resourceOf(wait).endedBy === 'worker';
      const who = isWork ? 'Who must do it is not shown.' : 'Who has it is not told.';
      return `${names.name(pid)} waits for ${names.wait(pid)}. ${who}${after}`;
    }
  }
}

const verb = (pids: readonly number[], one: string, many: string) => (pids.length === 1 ? one : many);

/** `shrinker_rwsem (W), held by kswapd0`; the holder alone where they wait for different things. */
function holderWords({ pid, behind }: Root, names: DumpNames): string {
  const waits = new Set(behind.map((each) => names.wait(each)));
  const [wait] = waits;
  return waits.size === 1 && wait !== undefined ? `${wait}, held by ${names.name(pid)}` : names.name(pid);
}
