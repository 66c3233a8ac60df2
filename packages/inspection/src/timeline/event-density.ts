/** The density of events over a whole run: how many fall into each of so many equal parts. */
import type { VirtualTime } from '@dragon/engine';
import type { RunRecord } from '../run-record.ts';

/** Returns the events in each of `parts` equal parts of `[0, until)`. */
export function eventDensity(record: Pick<RunRecord, 'lastRow'>, until: VirtualTime, parts: number): Uint32Array {
  const density = new Uint32Array(parts);
  let before = -1;
  for (let i = 0; i < parts; i += 1) {
    const last = record.lastRow((until * (i + 1)) / parts - (i + 1 < parts ? 1 : 0));
    density[i] = last - before;
    before = last;
  }
  return density;
}
