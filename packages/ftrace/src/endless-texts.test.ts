/** Texts of the same few characters over and over: what a pattern must not try from each place to each other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readFtrace } from './ftrace-file.io.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-endless-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Half a megabyte took minutes where the time grew with its square. */
const LENGTH = 1 << 19;

const OF_PERF = 'dd 13873 [011] 59600.542919: vmscan:mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=GFP_KERNEL\n';

test.each(['\n', '\r\n', ' \n', '>\n', ' ', 'a-1 ', 'mark_victim: pid=1\n'])('%j', async (piece) => {
  const path = join(folder, 'text');
  for (const start of ['', OF_PERF]) {
    writeFileSync(path, `${start}${piece.repeat(LENGTH / piece.length)}`);
    const read = readFtrace(path, { event: () => undefined, gap: () => undefined });
    if (start === '') await expect(read).rejects.toThrow(/is not a text of ftrace|is empty|no event/);
    else expect((await read).events).toBe(1);
  }
});

test('what stands in the fields of an event is shown, and not obeyed', async () => {
  const path = join(folder, 'escapes');
  const name = '\u009b31m\u001b]0;x\u0007\u202e_scan';
  writeFileSync(
    path,
    `${OF_PERF}kswapd0-39 [000] ..... 59601.0: mm_shrink_slab_start: ${name}+0x0/0x1 0000000080cb5356: nid: 0 objects to shrink 0 gfp_flags GFP_KERNEL cache items 5 delta 1 total_scan 6 priority 4\n`,
  );
  const shrinkers: unknown[] = [];
  await readFtrace(path, {
    event: (event) => void (event.event === 'mm_shrink_slab_start' && shrinkers.push(event.fields.shrink)),
    gap: () => undefined,
  });
  expect(shrinkers).toEqual(['\\x9b31m\\x1b]0;x\\x07\\u202e_scan']);
});
