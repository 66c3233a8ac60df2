/**
 * Regions of a text, after all of it was searched for names of tasks, if it has lines that name none: a name may stand
 * further below.
 */
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FtraceParser } from './ftrace-parser.ts';
import { feedRegion } from './feed-region.ts';
import { type KernelEvent, UNNAMED } from './kernel-event.ts';
import type { TaskNames } from './task-names.ts';
import { openText, type TextRegion, type TextSource } from './text-regions.io.ts';

/**
 * What perf prints for a task that it does not know, and a line without a name. Nothing in these goes on for ever, nor
 * into the next line: of a text without end each place would be tried from each.
 */
const NAMELESS = /(?:^|\s):-?\d+ {1,99}\d+ {1,99}\[|^[ \t>|]*-\d+ {1,99}\[/m;
/** A line of perf, where nothing stands between name and pid. */
const OF_PERF = /^[^[\n]{0,99}[^[\n-] {1,99}\d+(?:\/\d+)? {1,99}\[\d{3,}\]/m;
const NAMELESS_VICTIM = /mark_victim: pid=\d+[ \t\r]*$/m;
/** So much of a text shows whether it is perf's. */
const START = 1 << 15;

/** Returns the question whether a region has a line that needs a name from elsewhere; it costs as little as it can. */
function needsNames(first: string): (text: string) => boolean {
  const start = first.slice(0, START);
  const odd = OF_PERF.test(start) || NAMELESS.test(start);
  return (text) =>
    text.includes(UNNAMED) ||
    (text.includes('mark_victim:') && NAMELESS_VICTIM.test(text)) ||
    (odd && NAMELESS.test(text));
}

/** Yields the regions of the source; a pipe is kept in a temporary file from the first line on that needs a name. */
export async function* namedRegions(path: string, source: TextSource, tasks: TaskNames): AsyncGenerator<TextRegion> {
  const regions = source.regions[Symbol.asyncIterator]();
  let needs: ReturnType<typeof needsNames> | undefined;
  for (let next = await regions.next(); !next.done; next = await regions.next()) {
    needs ??= needsNames(next.value.text);
    if (!needs(next.value.text)) {
      yield next.value;
      continue;
    }
    if (source.again) {
      await searchNames(path, tasks);
      yield next.value;
      for (next = await regions.next(); !next.done; next = await regions.next()) yield next.value;
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'dragon-trace-'));
    try {
      const kept = join(folder, 'trace.txt');
      await pipeline(Readable.from(textOf(next.value, regions)), createWriteStream(kept));
      await searchNames(kept, tasks);
      const again = await openText(kept);
      try {
        yield* again.regions;
      } finally {
        again.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return;
  }
}

async function* textOf(first: TextRegion, rest: AsyncIterator<TextRegion>): AsyncGenerator<string> {
  for (let region: TextRegion | undefined = first; region !== undefined; ) {
    yield region.end === 'newline' ? `${region.text}\n` : region.text;
    const next: IteratorResult<TextRegion> = await rest.next();
    region = next.done === true ? undefined : next.value;
  }
}

async function searchNames(path: string, tasks: TaskNames): Promise<void> {
  const parser = new FtraceParser({ event: (event) => learnFrom(event, tasks), gap: () => undefined });
  const source = await openText(path);
  try {
    for await (const region of source.regions) feedRegion(parser, region);
  } catch {
    // What was found until then helps; the reading itself says what is wrong.
  } finally {
    source.close();
  }
}

/** Names stand in front of lines, and in the text of some. */
function learnFrom(event: KernelEvent, tasks: TaskNames): void {
  const { pid, comm } = event;
  if (event.event === 'mm_vmscan_kswapd_wake' || event.event === 'mm_vmscan_kswapd_sleep')
    tasks.elsewhere(pid, `kswapd${event.fields.nid ?? 0}`);
  tasks.elsewhere(pid, comm);
  switch (event.event) {
    case 'sched_switch':
      tasks.elsewhere(event.fields.prevPid, event.fields.prevComm);
      tasks.elsewhere(event.fields.nextPid, event.fields.nextComm);
      break;
    case 'sched_wakeup':
    case 'sched_waking':
    case 'mark_victim':
      tasks.elsewhere(event.fields.pid, event.fields.comm);
      break;
    default:
  }
}
