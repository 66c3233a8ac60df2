/**
 * `pnpm docs:pictures [NAME …]`: takes the pictures of the guide anew, all of them or those that are named, as
 * `guide-pictures.ts` lists them. With 256 colours, which is all that the page has besides the edges of letters.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import UPNG from 'upng-js';
import { ROOT } from '../repo/repository.ts';
import { openChromium } from './chromium.ts';
import { GUIDE_PICTURES, type GuidePicture } from './guide-pictures.ts';
import { pageOfRun } from './page-of-run.ts';

const FOLDER = join(ROOT, 'docs/inspector');
const COLOURS = 256;
const SIZE = { width: 1440, height: 900 };

/** Milliseconds in which what moves has come to rest. */
const REST = 1_000;

async function take(browser: Browser, { name, run, fragment, theme, keys = [], click }: GuidePicture): Promise<number> {
  const url = await pageOfRun(`picture-${name}`, run);
  const context = await browser.newContext({ viewport: SIZE, colorScheme: theme, reducedMotion: 'reduce' });
  // The tour has been offered before.
  await context.addInitScript(`localStorage.setItem('dragon-tour', 'offered')`);
  const page = await context.newPage();
  await page.goto(`${url}#${fragment}`);
  await page.locator('.chips .digest').waitFor({ timeout: 120_000 });
  await page.getByText('Laying out').waitFor({ state: 'hidden' });
  await page.waitForTimeout(REST);
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(REST);
  }
  if (click !== undefined) {
    await page.getByRole('button', { name: click }).first().click();
    await page.waitForTimeout(3 * REST);
    // The other run goes on meanwhile.
    await page.getByText('goes on', { exact: true }).waitFor({ state: 'hidden', timeout: 120_000 });
  }
  const shot = UPNG.decode(new Uint8Array(await page.screenshot()).buffer);
  const picture = Buffer.from(UPNG.encode(UPNG.toRGBA8(shot), shot.width, shot.height, COLOURS));
  writeFileSync(join(FOLDER, `${name}.png`), picture);
  await context.close();
  return picture.length;
}

const wanted = process.argv.slice(2);
const pictures = GUIDE_PICTURES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
mkdirSync(FOLDER, { recursive: true });
const browser = await openChromium();
for (const picture of pictures) {
  const bytes = await take(browser, picture);
  process.stdout.write(`docs/inspector/${picture.name}.png  ${Math.round(bytes / 1_000)} kB\n`);
}
await browser.close();
