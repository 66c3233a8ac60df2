/** The finding of a dump in a sentence. */
import { chainEnds, chainEndSentence, isKnownEnd } from './chain-ends.ts';
import type { Diagnosis } from './diagnosis.ts';
import { counted, type DumpNames } from './dump-names.ts';
import { edgesOf } from './stuck-tasks.ts';

const NUMBERS: readonly string[] = ['', 'one', 'two', 'three', 'four', 'five', 'six'];

/** Returns the finding in a sentence: who waits for whom, and behind what. */
export function dumpSentence(found: Diagnosis, names: DumpNames): string {
  const { verdict, cycles, graph } = found;
  const [first] = cycles;
  switch (verdict) {
    case 'deadlock': {
      const pids = first?.pids ?? [];
      if (pids.length === 1) return selfSentence(found, pids[0] ?? 0, names);
      const clauses = pids.map(
        (pid, i) =>
          `${names.name(pid)} waits for ${names.wait(pid)}, ${heldBy(found, pid, pids[(i + 1) % pids.length] ?? pid, names)}`,
      );
      const count = NUMBERS[pids.length] ?? String(pids.length);
      return `DEADLOCK: ${clauses.join('; ')}: ${pids.length === 2 ? 'neither' : `none of the ${count}`} can ever go on.`;
    }
    case 'stall': {
      if (found.passed !== undefined) {
        const { pids, pid, line } = found.passed;
        return `STALL, and no deadlock: ${names.list(pids)} look as if each waited for the next, but ${names.name(pid)} got on, as line ${line} shows.`;
      }
      const ends = chainEnds(found, names);
      const end = ends.find(isKnownEnd);
      const others = ends.filter((each) => !isKnownEnd(each)).flatMap(({ behind }) => behind);
      const more = new Set(others.filter((pid) => end?.behind.includes(pid) !== true)).size;
      const rest =
        more === 0
          ? ''
          : ` Whom ${counted(more, 'more task waits', 'more tasks wait')} for in the end, the dump does not show.`;
      return `STALL, and no cycle in this dump: ${end === undefined ? '' : chainEndSentence(end, names)}${rest}`;
    }
    case 'unclear': {
      const { length } = graph.blocked;
      const [end] = chainEnds(found, names);
      const most = end === undefined || end.behind.length < 3 ? '' : `, most of them behind ${names.list(end.pids)}`;
      return `Too little to tell: ${counted(length, 'task is', 'tasks are')} blocked${most}, and the dump does not show ${length === 1 ? 'by whom' : 'who must act first'}. No cycle is shown, and none is excluded.`;
    }
    case 'nothing':
      return 'No task is blocked in this dump.';
  }
}

function selfSentence({ graph }: Diagnosis, pid: number, names: DumpNames): string {
  const isWork = names.task(pid)?.wait?.resource === 'inodegc work';
  const doubt = edgesOf(graph.blockers.get(pid)).some(({ basis }) => basis === 'fits')
    ? ', as far as this dump shows'
    : '';
  return `DEADLOCK: ${names.name(pid)} waits for ${names.wait(pid)}, which it ${isWork ? 'must finish' : 'has'} itself${doubt}.`;
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
