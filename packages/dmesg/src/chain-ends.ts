/** Ends of the chains of waits in words: what the tasks of a dump wait for in the end, like things in one sentence. */
import type { Diagnosis, Root } from './diagnosis.ts';
import type { DumpNames } from './dump-names.ts';
import { resourceOf } from './task-wait.ts';

/** Those of the tasks that wait there themselves, for one thing; of a holder, itself. */
interface ChainEnd extends Pick<Root, 'kind' | 'what'> {
  readonly pids: readonly number[];
  readonly behind: readonly number[];
}

/** Returns the ends of the dump's chains, those with most tasks behind them first. */
export function chainEnds({ roots }: Diagnosis, names: DumpNames): ChainEnd[] {
  const ends = new Map<string, ChainEnd>();
  for (const { kind, what, pid, behind } of roots) {
    const isWaiter = kind === 'outside' || kind === 'not-told';
    const key = isWaiter ? `${kind} ${what} ${names.wait(pid)}` : `${kind} ${pid}`;
    const known = ends.get(key);
    const pids = [...(known?.pids ?? []), pid];
    ends.set(key, { kind, what, pids, behind: [...new Set([...(known?.behind ?? []), ...behind])] });
  }
  return [...ends.values()].sort((a, b) => b.behind.length - a.behind.length);
}

/** Returns whether a task that is not blocked, or no task at all, has what is waited for there. */
export function isKnownEnd({ kind }: Pick<Root, 'kind'>): boolean {
  return kind === 'running' || kind === 'sleeping' || kind === 'outside';
}

/** Returns where a chain of waits ends, in a sentence. */
export function chainEndSentence(end: ChainEnd, names: DumpNames): string {
  const { kind, pids, what, behind } = end;
  const [pid = 0] = pids;
  const others = behind.filter((each) => !pids.includes(each));
  const queue =
    others.length === 0 ? '' : `${names.list(others)} ${verb(others)} behind ${pids.length === 1 ? 'it' : 'them'}`;
  switch (kind) {
    case 'running': {
      const cpu = names.task(pid)?.task.cpu;
      const place = `${cpu === undefined ? '' : ` on CPU ${cpu}`}${what === '' ? '' : `, in ${what}`}`;
      return `${names.list(behind)} ${verb(behind)} for ${holderWords(end, names)}, which runs${place}.`;
    }
    case 'sleeping':
      return `${names.list(behind)} ${verb(behind)} for ${holderWords(end, names)}, which sleeps but is not blocked${what === '' ? '' : `, in ${what}`}.`;
    case 'outside':
      return `${names.list(pids)} ${verb(pids)} for ${what}, which no task holds${queue === '' ? '' : `; ${queue}`}.`;
    case 'not-shown':
      return `${names.list(behind)} ${verb(behind)} for ${names.name(pid)}, of which the dump shows no stack.`;
    case 'not-told': {
      const wait = names.task(pid)?.wait;
      const isWork = wait !== undefined && resourceOf(wait).endedBy === 'worker';
      const who = isWork ? 'Who must do it is not shown.' : 'Who has it is not told.';
      return `${names.list(pids)} ${verb(pids)} for ${names.wait(pid)}. ${who}${queue === '' ? '' : ` ${queue}.`}`;
    }
  }
}

const verb = (pids: readonly number[]) => (pids.length === 1 ? 'waits' : 'wait');

/** `shrinker_rwsem for writing, held by kswapd0`; the holder alone where they wait for different things. */
function holderWords({ pids, behind }: ChainEnd, names: DumpNames): string {
  const holder = names.list(pids);
  const waits = new Set(behind.map((each) => names.wait(each)));
  const [wait] = waits;
  return waits.size === 1 && wait !== undefined ? `${wait}, held by ${holder}` : holder;
}
