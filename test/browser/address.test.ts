/** Tests of the page's address: it follows what is shown, and the browser's own way back and forth leads along it. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { pageOfRun } from './page-of-run.ts';

const browser = useBrowser();

/** Of `dragon run seed-deadlock`. */
const DIGEST = '03c7f7de3f9080ae';

let url: string;
beforeAll(async () => {
  url = await pageOfRun('address', { scenario: 'seed-deadlock' });
});

const stage = (page: Page) => page.getByRole('tab', { selected: true }).textContent();
const chosen = (page: Page) =>
  page.evaluate<string[]>(
    `[...document.querySelectorAll('.agent-icon[data-mark="selected"]')].map((each) => each.dataset.agent)`,
  );
/** What one sees: the stage, the instant, who is selected, and the digest of the run. */
async function seen(page: Page) {
  await page.evaluate('window.dragonTest.settled()');
  const texts = [page.locator('.timeline-flag'), page.locator('.bar .digest')].map((each) => each.textContent());
  return [await stage(page), ...(await chosen(page)), ...(await Promise.all(texts))];
}

const FORKED = /^(?!03c7f7de3f9080ae)[0-9a-f]{16}$/;
const digest = (page: Page) => page.locator('.bar .digest').textContent();
async function fork(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'CPU: stall' }).click();
  await page.getByRole('dialog').getByLabel('at').fill('2.22s');
  await page.getByRole('button', { name: 'Fork and inject' }).click();
}

test('back and forth: stages, selections and a fork are steps, and each shows what was seen there', async () => {
  const page = await browser.openPage(url);
  await page.getByText(DIGEST).waitFor();
  const steps = [await seen(page)];
  const step = async (act: () => Promise<void>) => {
    await act();
    steps.push(await seen(page));
  };
  await step(() => page.keyboard.press('2'));
  await step(async () => {
    await page.keyboard.press('1');
    // The last that was seen of a step is what it leads back to, however soon the next one follows.
    await page.keyboard.press('[');
  });
  await step(() => page.locator('.agent-icon[data-agent="kswapd/0"]').click());
  await step(() => page.keyboard.press('Enter'));
  await step(async () => {
    await fork(page);
    await expect.poll(() => digest(page)).toMatch(FORKED);
  });
  const last = steps.length - 1;
  for (let i = last - 1; i >= 0; i -= 1) {
    await page.goBack();
    await expect.poll(() => seen(page), { message: `back to ${i}` }).toEqual(steps[i]);
  }
  for (let i = 1; i <= last; i += 1) {
    await page.goForward();
    await expect.poll(() => seen(page), { message: `forth to ${i}` }).toEqual(steps[i]);
  }
});

test('a link to a fork makes it again, also of a run that has faults of its own', async () => {
  const faulty = await pageOfRun('faulty', { scenario: 'seed-deadlock', faults: ['stall-cpu cpu=1 for=1ms at=100ms'] });
  const page = await browser.openPage(faulty);
  await page.locator('.bar .digest').waitFor();
  const original = await digest(page);
  await fork(page);
  await expect.poll(() => digest(page)).not.toBe(original);
  await page.waitForURL(/fork=/);
  const made = await seen(page);
  const again = await browser.openPage(page.url());
  await again.getByText(made.at(-1) ?? 'no digest').waitFor();
  expect(await seen(again)).toEqual(made);
  expect(await again.locator('.notice').count()).toBe(0);
});

test('whatever stands in a link, the page stands, and says what of it cannot be used', async () => {
  const beyond = Number.MAX_SAFE_INTEGER;
  const page = await browser.openPage(`${url}#t=NaN`);
  await page.getByText(DIGEST).waitFor();
  const notices = page.locator('.notice p');
  expect(await notices.allTextContents()).toEqual([
    expect.stringMatching(/^Of the link 't=NaN' cannot be read: t is /),
  ]);
  const follow = async (link: string) => {
    for (const close of await page.locator('.notice button').all()) await close.click();
    await page.evaluate(`location.hash = ${JSON.stringify(link)}`);
    await page.evaluate('window.dragonTest.settled()');
    return (await notices.allTextContents()).join();
  };
  const unread = [
    't=-1',
    'v=-1-5',
    'v=9-1',
    `v=0-${beyond}0`,
    's=nowhere',
    'x=1',
    'p=2',
    'sel=%ff',
    'open=,',
    'what=1',
  ];
  for (const link of [...unread, `t=${'9'.repeat(1_000_000)}`])
    expect(await follow(`${link}&s=memory`), link.slice(0, 20)).toMatch(
      /^Of the link '.{1,70}' (cannot be read|is not)/,
    );
  const strange = 'The link names agents that this run does not have: ';
  expect(await follow('sel=__proto__&open=nobody/0,kswapd/0&pin=constructor')).toBe(
    `${strange}__proto__, nobody/0, constructor.`,
  );
  expect(await follow(`open=${'a,b,c/'.repeat(150_000)}`)).toMatch(new RegExp(`^${strange}.{1,110}$`));
  expect(await follow('fork=nonsense')).toMatch(/^The fork of the link cannot be made: /);
  for (const link of [
    `v=0-${beyond}`,
    `t=${beyond}`,
    `v=${beyond - 1}-${beyond}&x=order&t=0`,
    'hide=__proto__&unfold=a',
  ])
    expect(await follow(`${link}&s=memory`)).toBe('');
  for (const s of ['agents', 'chart']) expect(await follow(`v=0-${beyond}&t=${beyond}&s=${s}`)).toBe('');
  expect(await follow(`q=${'x'.repeat(1_000_000)}`)).toBe('');
  // All of it is left behind.
  expect(await follow('t=live&s=waits&sel=kswapd/0')).toBe('');
  expect(await chosen(page)).toContain('kswapd/0');
  expect(await digest(page)).toBe(DIGEST);
});

test('a link to an instant that the run has still to come to shows how far it is, and then that instant', async () => {
  const page = await browser.openPage(`${await pageOfRun('address-later', { scenario: 'big-cache-50k' })}#t=400000000`);
  const mode = page.locator('.mode');
  await mode.filter({ hasText: /^NOT YET.* of 400\.0 ms$/ }).waitFor();
  await mode.filter({ hasText: /^PAST400\.0 ms of / }).waitFor();
  expect((await page.locator('.timeline-flag').textContent())?.replaceAll(/\s/g, '')).toBe('0.400000000');
});
