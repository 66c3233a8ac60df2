/** Pictures of the page, for a person to look at: taken with `SCREENSHOTS=1`, as they cost more than the tests. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const FOLDER = fileURLToPath(new URL('../../.cache/screenshots', import.meta.url));

/** Writes a picture of the page into `.cache/screenshots`, named after its width and theme too. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  if (process.env['SCREENSHOTS'] !== '1') return;
  mkdirSync(FOLDER, { recursive: true });
  const isLight = await page.evaluate<boolean>(`matchMedia('(prefers-color-scheme: light)').matches`);
  const { width } = page.viewportSize() ?? { width: 0 };
  await page.screenshot({ path: join(FOLDER, `${name}-${width}-${isLight ? 'light' : 'dark'}.png`) });
}
