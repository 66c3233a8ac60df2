/** The time from a command to its picture: `dragon inspect seed-deadlock` until the page shows the ring. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { ROOT } from './bench-programs.ts';

const PREFIX = 'Inspector: ';

/** Returns milliseconds. `cold`: nothing has been bundled yet, as after `npm run setup`. */
export async function timeToTheRing(browser: Browser, cold: boolean, signal: AbortSignal): Promise<number> {
  const folders = ['programs', 'page'].map((name) => join(ROOT, '.cache', name));
  if (cold) for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  const page = await browser.newPage();
  const started = performance.now();
  const dragon = join(ROOT, 'packages', 'cli', 'bin', 'dragon.mjs');
  const child = spawn(process.execPath, [dragon, 'inspect', 'seed-deadlock', '--no-open'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
  });
  child.on('error', () => undefined);
  const closed = once(child, 'close');
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith(PREFIX)) continue;
      await page.goto(line.slice(PREFIX.length));
      await page.locator('.waits[data-cycle="true"]').waitFor();
      return performance.now() - started;
    }
    throw new Error('dragon inspect ended without an address');
  } finally {
    child.kill('SIGINT');
    await closed;
    await page.close();
  }
}
