/** Tests of the page without a mouse: every key does what the sheet of keys says, and fields keep theirs. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { readText } from '../repo/repository.ts';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { pageOfRun } from './page-of-run.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();

/** Of `dragon run seed-deadlock`. */
const DIGEST = '03c7f7de3f9080ae';

let url: string;
beforeAll(async () => {
  url = await pageOfRun('keys', { scenario: 'seed-deadlock' });
});

async function openedPage(): Promise<Page> {
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
  return page;
}

/** Keys that were pressed so far, as the sheet of keys names them. */
const pressed = new Set<string>();

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    pressed.add({ ' ': 'space', Escape: 'esc' }[key] ?? key);
    await page.keyboard.press(/^[A-Z]$/.test(key) ? `Shift+${key}` : key);
  }
  await page.evaluate('window.dragonTest.settled()');
}

/** The instant of the cursor, in nanoseconds. */
const instant = async (page: Page) =>
  Number(((await page.locator('.timeline-flag').textContent()) ?? '').replaceAll(/\D/g, ''));

const stage = (page: Page) => page.getByRole('tab', { selected: true }).textContent();
const cards = (page: Page) => page.getByRole('article').evaluateAll((all) => all.map((each) => each.ariaLabel));
/** The numbers of the axis, which say what is shown of the run. */
const axis = async (page: Page) =>
  (await page.evaluate<string[]>('window.dragonTest.texts()')).filter((text) => /^[\d.]+( [mun]?s)?$/.test(text));

test('time: event by event, wait by wait, to both ends, and playing', async () => {
  const page = await openedPage();
  const after = async (key: string) => {
    await press(page, key);
    return instant(page);
  };
  const end = await instant(page);
  expect(await after('Home')).toBe(0);
  const first = await after('.');
  await press(page, '.', '.', '.', '.');
  expect(await instant(page)).toBeGreaterThan(first);
  await press(page, ',', ',', ',', ',');
  expect(await instant(page)).toBe(first);
  expect(await after('End')).toBe(end);
  const closed = await after('[');
  expect(closed).toBe(2_220_882_078);
  const before = await after('[');
  expect(before).toBeLessThan(closed);
  expect(await after(']')).toBe(closed);
  await press(page, 'Home', ' ');
  await expect.poll(() => instant(page)).toBeGreaterThan(0);
  await press(page, ' ');
  const stopped = await instant(page);
  await press(page);
  expect(await instant(page)).toBe(stopped);
});

test('the selected agent: its changes, its card, its chart, and one step back', async () => {
  const page = await openedPage();
  await page.getByRole('treeitem', { name: 'xfs_scrub' }).focus();
  await press(page, ' ');
  await press(page, 'Home', 'n');
  const first = await instant(page);
  await press(page, 'n');
  expect(await instant(page)).toBeGreaterThan(first);
  await press(page, 'N');
  expect(await instant(page)).toBe(first);
  await press(page, 'End', 'O');
  expect(await cards(page)).not.toContain('xfs_scrub');
  await press(page, 'o');
  expect(await cards(page)).toContain('xfs_scrub');
  await press(page, 'Enter');
  expect(await stage(page)).toBe('Chart');
  await page.locator('.chart-drawing .box.active').waitFor();
  await press(page, 'Escape');
  expect(await stage(page)).toBe('Waits');
});

test('stages by number, and the timeline by its keys', async () => {
  const page = await openedPage();
  for (const [i, name] of ['Waits', 'Memory', 'Agents', 'Chart', 'Compare'].entries()) {
    await press(page, String(i + 1));
    expect(await stage(page)).toBe(name);
  }
  const all = await axis(page);
  await press(page, 'w');
  const near = await axis(page);
  expect(near).not.toEqual(all);
  await press(page, 'a');
  expect(await axis(page)).not.toEqual(near);
  await press(page, 'd');
  expect(await axis(page)).toEqual(near);
  await press(page, 's');
  expect(await axis(page)).toEqual(all);
  await press(page, 'w', 'w', '0');
  expect(await axis(page)).toEqual(all);
  await press(page, 'x');
  expect(await axis(page)).not.toEqual(all);
  await press(page, 'x');
  expect(await axis(page)).toEqual(all);
});

test('the timeline of the selected agent: its stretch, and its messages or all', async () => {
  const page = await openedPage();
  await page.getByRole('treeitem', { name: 'xfs_scrub' }).focus();
  const end = await instant(page);
  await press(page, ' ');
  expect(await instant(page), 'it is selected, and nothing plays').toBe(end);
  await press(page, 'N', 'N');
  const from = await instant(page);
  await press(page, 'n');
  const to = await instant(page);
  expect(to).toBeGreaterThan(from);
  await press(page, 'N', 'z');
  const margin = (to - from) / 8;
  await page.waitForURL((address) =>
    address.hash.includes(`v=${Math.round(from - margin)}-${Math.round(to + margin)}`),
  );
  await press(page, '0');
  const picture = () => page.evaluate<string>(`document.querySelector('.timeline [data-part="bars"]').toDataURL()`);
  const own = await picture();
  await press(page, 'm');
  expect(await picture()).not.toBe(own);
  await press(page, 'm');
  expect(await picture()).toBe(own);
});

test('to a time, to what is searched for, and to a step of the story', async () => {
  const page = await openedPage();
  await press(page, 'g');
  await page.keyboard.type('474.705ms');
  await press(page, 'Enter');
  expect(await instant(page)).toBe(474_705_000);
  await press(page, '/');
  await page.keyboard.type('xfs_scrub');
  await press(page, 'Enter');
  await page.locator('.agent-icon[data-agent="repair/0"][data-mark="selected"]').waitFor();
  await press(page, 'g', 'h');
  const story = page.getByRole('dialog', { name: 'How it came about' });
  await story.getByRole('button', { name: 'xfs_scrub locks the AGI' }).click();
  await press(page);
  expect(await instant(page)).toBe(13_859_825);
});

test('a link is copied, with the command that shows the same', async () => {
  const page = await openedPage();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(page, '[', '2', 'c');
  await page.getByText('Copied the link.').waitFor();
  const [address = '', command] = (await page.evaluate<string>('navigator.clipboard.readText()')).split('\n');
  expect(command).toBe(`npx dragon inspect seed-deadlock --seed 1 '#${address.split('#')[1] ?? ''}'`);
  const other = await browser.openPage(address);
  await other.getByText(DIGEST).waitFor();
  expect([await stage(other), await instant(other)]).toEqual(['Memory', 2_220_882_078]);
});

test('what is shown leaves the page as pictures, as a trace for Perfetto, and as a diagram', async () => {
  const page = await openedPage();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(page, 'e');
  const sheet = page.getByRole('dialog', { name: 'Export' });
  expect([...(await layoutFaults(page)), ...(await accessibilityFaults(page))]).toEqual([]);
  const saved: string[] = [];
  for (const button of await sheet.getByRole('button', { name: /^(?:SVG|PNG|Perfetto)$/ }).all()) {
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    const bytes = readFileSync(await download.path());
    const form =
      /^(?:<svg|.PNG)/s.exec(bytes.subarray(0, 4).toString('latin1'))?.[0].replaceAll(/\W/g, '') ??
      bytes.length > 9_999;
    saved.push(`${download.suggestedFilename()} ${form}`);
  }
  const name = `seed-deadlock-${DIGEST}`;
  expect(saved.toSorted()).toEqual([
    `${name}-timeline.png PNG`,
    `${name}-timeline.svg svg`,
    `${name}-waits.png PNG`,
    `${name}-waits.svg svg`,
    `${name}.pftrace true`,
  ]);
  await sheet.getByRole('button', { name: 'Mermaid' }).click();
  await expect.poll(() => page.evaluate<string>('navigator.clipboard.readText()')).toMatch(/^sequenceDiagram\n/);
});

test('in a narrow window the agents are a drawer', async () => {
  const page = await openedPage();
  const rail = page.getByRole('complementary', { name: 'Agents, legend and faults' });
  await page.setViewportSize({ width: 1100, height: 900 });
  expect(await rail.isVisible()).toBe(false);
  await press(page, 'A');
  expect(await rail.isVisible()).toBe(true);
  expect(await accessibilityFaults(page)).toEqual([]);
  await press(page, 'Escape');
  expect(await rail.isVisible()).toBe(false);
});

test('what a key opens can be read, has the focus, and is closed by Escape', async () => {
  const page = await openedPage();
  const faults: string[] = [];
  for (const key of ['g', '/', '?', 'f']) {
    await press(page, key);
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    faults.push(...(await layoutFaults(page)), ...(await accessibilityFaults(page)));
    await takeScreenshot(page, `key-${key === '/' ? 'search' : key === '?' ? 'keys' : key}`);
    await press(page, 'Escape');
    expect(await dialog.count(), key).toBe(0);
  }
  expect(faults).toEqual([]);
});

test('a sheet has the keyboard at once: no letter that follows its key is lost, or does what it does on the page', async () => {
  const page = await openedPage();
  const before = await instant(page);
  // What has the focus before the browser can paint, or take another key.
  const focusAfter = (key: string) =>
    page.evaluate<string>(`new Promise((resolve) => {
      const key = new KeyboardEvent('keydown', { key: ${JSON.stringify(key)}, bubbles: true, cancelable: true });
      document.activeElement.dispatchEvent(key);
      setTimeout(() => resolve(document.activeElement.closest('dialog:modal')?.ariaLabel ?? 'none'));
    })`);
  for (const [key, title] of [
    ['f', 'Faults'],
    ['g', 'Go to a time'],
    ['/', 'Search'],
    ['e', 'Export'],
    ['?', 'Keys'],
  ] as const) {
    expect(await focusAfter(key)).toBe(title);
    // Beside the fields of a sheet the page's keys do nothing, either.
    await page.getByRole('dialog').getByRole('heading').click();
    await press(page, ',', '2');
    await press(page, 'Escape');
    expect(await page.getByRole('dialog').count(), key).toBe(0);
  }
  expect(await instant(page)).toBe(before);
  expect(await stage(page)).toBe('Waits');
});

test('a field keeps its keys, and whoever closes a sheet is back where it was opened', async () => {
  const page = await openedPage();
  const focused = () => page.evaluate<string>('document.activeElement.textContent');
  const opener = page.getByRole('button', { name: 'How it came about' });
  await opener.focus();
  const name = await focused();
  await press(page, 'Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  expect(await focused()).toBe(name);
  await press(page, '/');
  const before = await stage(page);
  await page.keyboard.type('n2 o.');
  expect(await page.getByRole('dialog').locator('input').inputValue()).toBe('n2 o.');
  expect(await stage(page)).toBe(before);
});

test('whoever hears the page is told of a wait as the cursor comes to it', async () => {
  const page = await openedPage();
  await press(page, 'Home', ']', ']');
  await page.locator('.announcer').getByText(': waits for ').waitFor({ state: 'attached' });
});

test('presenting: the stage, the headline and the parties, larger', async () => {
  const page = await openedPage();
  const size = () => page.evaluate<string>('getComputedStyle(document.documentElement).fontSize');
  expect(await size()).toBe('16px');
  await press(page, 'p');
  expect(await size()).toBe('21px');
  expect(await page.locator('.rail').isVisible()).toBe(false);
  expect(await page.locator('.cards').isVisible()).toBe(false);
  expect(await layoutFaults(page)).toEqual([]);
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.evaluate('window.dragonTest.settled()');
  const { height = 0 } = (await page.locator('.wait-node b').first().boundingBox()) ?? {};
  const line = await page
    .locator('.wait-node b')
    .first()
    .evaluate((name) => name.clientHeight);
  expect(Math.round((21 * height) / line), 'pixels of the names').toBe(38);
  expect(await layoutFaults(page)).toEqual([]);
  await takeScreenshot(page, 'present');
  await press(page, 'p');
  expect(await size()).toBe('16px');
});

test('by the keyboard alone one gets everywhere, and sees where one is', async () => {
  const page = await openedPage();
  const reached = new Set<string>();
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab');
    const [where, outline] = await page.evaluate<[string, string]>(`(() => {
      const at = document.activeElement;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
      const panel = at.closest('header, .finding, .rail, .stage, .cards, .tour, .timeline');
      return [panel?.className.split(' ')[0] ?? 'body', outlineStyle === 'none' && boxShadow === 'none' ? at.outerHTML.slice(0, 80) : outlineWidth];
    })()`);
    if (where === 'body') break;
    reached.add(where);
    expect(outline, where).toMatch(/^\d/);
  }
  // Of the rail its faults: its cells are shortcuts for a mouse, as the lanes and the stage Agents have all agents.
  expect([...reached].toSorted()).toEqual(['bar', 'cards', 'finding', 'rail', 'stage', 'timeline', 'tour']);
});

test('a link to the past shows what agents did then', async () => {
  const page = await browser.openPage(`${url}#t=1200000000&open=repair/0`);
  await page.getByText(DIGEST).waitFor();
  const card = page.getByRole('article', { name: 'xfs_scrub' });
  await expect.poll(() => card.innerText()).toMatch(/lockingAgf\s+on bufferLocked\s+rebuilding/);
  expect(await page.locator('.mode').textContent()).toContain('1.20 s of 2.32 s');
  expect(await page.locator('.agent-icon[data-agent="inodegc/0"]').getAttribute('title')).toContain(
    'waits for another',
  );
});

test('the table of keys in the guide is that of the sheet, and every key of it has a test here', async ({ task }) => {
  const page = await openedPage();
  await press(page, '?');
  const rows = page.locator('.key-list > div');
  const texts = (selector: string) => rows.locator(selector).allTextContents();
  const [keys, about] = [await texts('dt'), await texts('dd')];
  // Of a part of this file nothing can be said.
  const isWhole = task.file.tasks.every(({ mode }) => mode === 'run');
  if (isWhole) expect(keys.filter((key) => !pressed.has(key))).toEqual(['tab']);
  const sheet = keys.map((key, i) => `| \`${key}\` | ${about[i] ?? ''} |`);
  const guide = readText('docs/inspector.md');
  expect(
    guide
      .slice(guide.indexOf('| key | does |'))
      .split('\n')
      .slice(2, 2 + sheet.length),
  ).toEqual(sheet);
});
