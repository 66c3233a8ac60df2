/** The findings of a kernel's log as data for a program: every dump, in the words of the text. */
import type { Edge } from './blockers.ts';
import type { Diagnosis } from './diagnosis.ts';
import { DumpNames } from './dump-names.ts';
import { dumpSentence } from './dump-sentence.ts';
import type { LogFindings } from './log-findings.ts';
import { nearestScenario } from './nearest-scenario.ts';
import { type ReadTask, waitWords } from './task-wait.ts';

export type FindingsJson = ReturnType<typeof findingsJson>;

/** Returns a plain object; `told` is the index of the dump that the text tells, or null. */
export function findingsJson(file: string, { dumps, told, splats, verdict, leftOut, unread }: LogFindings) {
  return {
    file,
    verdict,
    told: told === undefined ? null : dumps.indexOf(told),
    dumps: dumps.map(dumpJson),
    lockdep: splats.map((splat) => ({ ...splat, chain: [...splat.chain], at: splat.at ?? null })),
    leftOut,
    unread,
  };
}

function dumpJson(found: Diagnosis) {
  const { graph, verdict, cycles, behind, possible, roots } = found;
  const { dump, tasks } = graph;
  const near = nearestScenario(found);
  return {
    verdict,
    sentence: dumpSentence(found, new DumpNames(found)),
    release: dump.release ?? null,
    complete: dump.complete,
    line: dump.line,
    fromSeconds: dump.from ?? null,
    toSeconds: dump.to ?? null,
    cycles: cycles.map(({ pids }) => [...pids]),
    behind: [...behind],
    possibleCycles: possible.map(({ pids }) => [...pids]),
    roots: roots.map((root) => ({ ...root, behind: [...root.behind] })),
    tasks: [...tasks.values()].map((task) => taskJson(task, found)),
    scenario: near === undefined ? null : { ...near, profile: near.profile ?? null },
  };
}

function taskJson(read: ReadTask, { graph }: Diagnosis) {
  const { task, wait, holds, fileSystem } = read;
  const blockers = graph.blockers.get(task.pid);
  return {
    comm: task.comm,
    pid: task.pid,
    state: task.state,
    cpu: task.cpu ?? null,
    line: task.line,
    atSeconds: task.at ?? null,
    blockedForSeconds: task.blockedFor ?? null,
    workqueue: task.workqueue === undefined ? null : `${task.workqueue.name} ${task.workqueue.work}`,
    fileSystem: fileSystem ?? null,
    stack: [...read.symbols],
    waitsFor:
      wait === undefined
        ? null
        : { resource: wait.resource, lock: wait.lock, mode: wait.mode, site: wait.site, words: waitWords(read) },
    holds: [
      ...holds.map(({ resource, lock, because }) => ({ resource, lock, because })),
      ...graph.locks
        .held(read)
        .map(({ lockClass, at }) => ({ resource: lockClass, lock: '', because: `lockdep lists it, taken in ${at}` })),
    ],
    blockedBy: (blockers?.all ?? []).map(edgeJson),
    candidates: (blockers?.oneOf ?? []).map(edgeJson),
    outside: blockers?.outside ?? null,
  };
}

const edgeJson = ({ pid, basis, because }: Edge) => ({ pid, basis, because });
