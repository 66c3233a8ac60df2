/** Tests of the cards of a run that is watched: what its process says of the agents is compared with what they show. */
import { LocalRun } from '@dragon/engine';
import { EmbeddedRun, openInspector } from '@dragon/inspector';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { useBrowser } from './browser.ts';
import { pageFiles, pageOfRun } from './page-of-run.ts';

const browser = useBrowser();
const request = requestRun(readRun({ scenario: 'seed-deadlock' }));
const plan = request.plan();

/** A run that stands still after some events of it, and the address of the page that shows it. */
async function watched(events: number) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const stopping = new AbortController();
  const speed = Number.POSITIVE_INFINITY;
  const run = new EmbeddedRun({ subject: request, plan, paused: true, speed, onStop: () => undefined, onError });
  const inspector = await openInspector({ run, page: await pageFiles(), forks: '.', onError });
  const local = new LocalRun(plan, DEFINITIONS, { finders: kernelFinders().finders });
  const driven = run.drive(local, { signal: stopping.signal }).catch(() => undefined);
  // After the page, which would ask for it again.
  onTestFinished(async () => {
    stopping.abort(new Error('the test is over'));
    await driven;
    await inspector.close();
    expect(errors).toEqual([]);
  });
  run.ask({ type: 'step', events });
  return { run, address: inspector.address };
}

/** Opens the address through somebody who may change what the process says of agents. Returns the frames seen. */
async function opened(address: string, change: (text: string) => string) {
  const page = await browser.openPage('about:blank');
  const seen: string[] = [];
  const asked: string[] = [];
  await page.routeWebSocket(/\/inspect\?/, (socket) => {
    asked.push(new URL(socket.url()).searchParams.get('agents') ?? '');
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const text = change(String(message));
      seen.push(text);
      socket.send(text);
    });
  });
  await page.goto(address);
  return { page, seen, asked };
}

const notice = (page: Page) => page.locator('.notice p');

test('cards of a watched run say what its process says, and ask for the agents whose cards are open', async () => {
  const { run, address } = await watched(400);
  const { page, seen, asked } = await opened(address, (text) => text);
  const card = page.getByRole('article', { name: 'kswapd0' });
  await card.waitFor();
  await expect.poll(() => seen.length).toBeGreaterThan(2);
  for (const events of [50, 50, 200]) {
    const before = seen.length;
    run.ask({ type: 'step', events });
    await expect.poll(() => seen.length).toBeGreaterThan(before);
  }
  await card.focus();
  await card.press('O');
  await expect.poll(() => asked.length).toBeGreaterThan(1);
  expect(asked[0]).toContain('kswapd/0');
  expect(asked.at(-1)).not.toContain('kswapd/0');
  expect(await notice(page).count()).toBe(0);
});

test('a state that the plan does not lead to is told, by whose it is and after which event', async () => {
  const { run, address } = await watched(400);
  const { page, seen } = await opened(address, (text) =>
    text.startsWith('{"type":"service.state"')
      ? text.replaceAll(String.raw`\"name\":\"`, String.raw`\"name\":\"tampered.`)
      : text,
  );
  await page.getByRole('article', { name: 'kswapd0' }).waitFor();
  await expect.poll(() => seen.length).toBeGreaterThan(2);
  run.ask({ type: 'step', events: 600 });
  await notice(page).waitFor();
  expect(await notice(page).textContent()).toMatch(/^The run that is watched is not the one that is shown\..*tampered/);
});

test('a frame that is none is told, and the page goes on', async () => {
  const { address } = await watched(400);
  const { page } = await opened(address, (text) => text.replace('_event', '_tampered'));
  await notice(page).waitFor();
  expect(await notice(page).textContent()).toContain('in a form that this page does not know');
  await page.getByRole('article', { name: 'kswapd0' }).waitFor();
});

test('a page that was cut off says so, and then goes on with what has happened meanwhile', async () => {
  const { run, address } = await watched(400);
  const page = await browser.openPage('about:blank');
  let isCut = false;
  let cut = () => {};
  await page.routeWebSocket(/\/feed$/, (socket) => {
    if (isCut) {
      void socket.close();
      return;
    }
    const server = socket.connectToServer();
    cut = () => {
      isCut = true;
      void socket.close();
      void server.close();
    };
  });
  await page.goto(address);
  const mode = (name: string) => page.locator(`.mode[data-mode="${name}"]`);
  const instant = (at: Page) => at.locator('.timeline-flag').textContent();
  await mode('paused').waitFor();
  const before = await instant(page);
  cut();
  await mode('lost').getByText('retrying in').waitFor();
  run.ask({ type: 'step', events: 100 });
  isCut = false;
  await mode('paused').waitFor();
  await expect.poll(() => instant(page)).not.toBe(before);
  const fresh = await browser.openPage(address);
  await fresh.locator('.mode[data-mode="paused"]').waitFor();
  await expect.poll(() => instant(fresh)).toBe(await instant(page));
});

test('a card that is not on screen does no work, and is there again when it is', async () => {
  const page = await browser.openPage(await pageOfRun('seed-deadlock', { scenario: 'seed-deadlock' }));
  const since = page.getByRole('article', { name: 'kswapd0', includeHidden: true }).locator('.card-since');
  const display = async (value: string) => {
    await page.evaluate(`document.querySelector('.cards').style.display = '${value}'`);
    // What is on screen is found out once a frame.
    await page.evaluate('window.dragonTest.settled()');
  };
  await page.locator('.mode[data-mode="ended"]').waitFor();
  const atEnd = await since.textContent();
  await display('none');
  await page.keyboard.press('Home');
  await page.evaluate('window.dragonTest.settled()');
  expect(await since.textContent()).toBe(atEnd);
  await display('');
  await expect.poll(() => since.textContent()).not.toBe(atEnd);
});
