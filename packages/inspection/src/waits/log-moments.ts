/**
 * Moments of a kernel's log to choose from. A log that was written down more than once, by syslog and by a console, or
 * quoted again in a mail, shows one moment again and again: it is offered once.
 */
import type { FindingsJson } from '@dragon/dmesg';
import type { LogDump } from './log-wait-graph.ts';

export interface LogMoment {
  /** Its place among the dumps of the log. */
  readonly place: number;
  readonly words: string;
}

/** Returns the moments in the order of the log; of those that show the same the one that is told, or the last. */
export function logMoments({ dumps, told }: Pick<FindingsJson, 'dumps' | 'told'>): LogMoment[] {
  const places = new Map<string, number[]>();
  for (const [place, dump] of dumps.entries()) {
    const key = shownIn(dump);
    const same = places.get(key);
    if (same === undefined) places.set(key, [place]);
    else same.push(place);
  }
  const moments = [...places.values()].flatMap((same) => {
    const place = same.find((each) => each === told) ?? same.at(-1);
    const dump = place === undefined ? undefined : dumps[place];
    return place === undefined || dump === undefined ? [] : [{ place, dump, times: same.length }];
  });
  const starts = moments.map(({ dump }) => momentOf(dump));
  return moments
    .map(({ place, dump, times }) => {
      const { verdict, tasks, line, fromSeconds } = dump;
      const start = momentOf(dump);
      const isAlone = fromSeconds === null || starts.indexOf(start) === starts.lastIndexOf(start);
      const where = isAlone ? start : `${start} (line ${line})`;
      const count = `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}`;
      return { place, words: `${where}: ${verdict}, ${count}${times === 1 ? '' : `, ${times} times in the log`}` };
    })
    .toSorted((a, b) => a.place - b.place);
}

/** Returns when a dump begins: its time, or its line where the log has none. */
export const momentOf = ({ fromSeconds, line }: Pick<LogDump, 'fromSeconds' | 'line'>): string =>
  fromSeconds === null ? `line ${line}` : `${fromSeconds.toFixed(3)} s`;

/** What a dump shows, wherever in the log it stands. */
function shownIn({ line: _line, fromSeconds, toSeconds, tasks, ...dump }: LogDump): string {
  const shown = tasks.map(({ line: _own, ...task }) => task);
  return JSON.stringify([fromSeconds, toSeconds, dump.verdict, dump.release, dump.complete, dump.sentence, shown]);
}
