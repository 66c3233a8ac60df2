/** Tests of the page that watches a run: what it shows ends where the run ends, and the run is the same. */
import type { Page } from 'playwright-core';
import { type NatsAddress, openNatsServer } from '@dragon/federation';
import { connect } from 'nats';
import { expect, inject, onTestFinished, test } from 'vitest';
import { digestIn, DragonProcess } from '../e2e/dragon-process.ts';
import { useBrowser } from './browser.ts';
import { accessibilityFaults, layoutFaults } from './page-faults.ts';
import { takeScreenshot } from './screenshot.ts';

const browser = useBrowser();

/** Of `dragon run seed-deadlock`. */
const DIGEST = '03c7f7de3f9080ae';

interface Inspected {
  readonly address: string;
  /** What it has printed so far. */
  readonly said: () => string;
  readonly dragon: DragonProcess;
}

/** Starts the command, and returns the address it prints. It is stopped after the test. */
async function inspected(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Inspected> {
  const dragon = new DragonProcess(words, env);
  let out = '';
  const address = await new Promise<string>((resolve, reject) => {
    const look = (chunk: unknown) => {
      out += String(chunk);
      const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(out);
      if (found !== null) resolve(found[0]);
    };
    dragon.child.stdout?.on('data', look);
    dragon.child.stderr?.on('data', look);
    void dragon.ended.then(({ err }) => reject(new Error(err)));
  });
  onTestFinished(async () => {
    dragon.child.kill('SIGINT');
    await dragon.untilGone();
  });
  return { address, said: () => out, dragon };
}

const names = async (page: Page) => (await page.getByRole('treeitem').locator('b').allTextContents()).toSorted();
const RING = ['7 × rm', 'kswapd0', 'kworker/0:1', 'xfs_scrub'];

async function expectRing(page: Page, said: () => string): Promise<void> {
  await page.getByText(DIGEST).waitFor();
  expect(await names(page)).toEqual(RING);
  await expect.poll(() => digestIn(said())).toBe(DIGEST);
}

test('a run that stands still is let go from the page, and watched to its ring', async () => {
  const { address, said } = await inspected(['inspect', 'seed-deadlock', '--no-open', '--paused']);
  const page = await browser.openPage(address);
  await page.getByText('PAUSED').waitFor();
  await takeScreenshot(page, 'live-paused');
  expect(page.url()).not.toContain('token');
  expect(await layoutFaults(page)).toEqual([]);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Play' }).click();
  await expectRing(page, said);
});

test('an inspector that is killed and started again has its page back, which may still control the run', async () => {
  const { address, said, dragon } = await inspected([
    'inspect',
    'seed-deadlock',
    '--processes',
    '2',
    '--no-open',
    '--paused',
  ]);
  const page = await browser.openPage(address);
  await page.getByText('PAUSED').waitFor();
  const [first] = dragon.started('inspector-main');
  if (first === undefined) throw new Error('there is no process of an inspector');
  process.kill(first, 'SIGKILL');
  await page.getByTitle('The inspector is not there any more.').waitFor();
  await page.getByText('PAUSED').waitFor();
  expect(dragon.started('inspector-main')).not.toContain(first);
  await page.getByRole('button', { name: 'Play' }).click();
  await expectRing(page, said);
  // The browser itself says of each try that nobody was there.
  expect(browser.takeComplaints().filter((text) => !text.includes('WebSocket connection to'))).toEqual([]);
});

test('a run of many processes is watched to its ring, from its first event and by a page that attaches in its middle', async () => {
  const server = await openNatsServer({
    env: { ...process.env, NATS_URL: undefined },
    cacheFolder: inject('natsCacheFolder'),
  });
  if ('advice' in server) throw new Error(server.advice);
  onTestFinished(() => server.stop());
  const { url, token } = server.address;
  const at = { DRAGON_NATS_URL: url, DRAGON_NATS_TOKEN: token, DRAGON_RUN_KEY: 'whoever has this key may look' };
  // So slow that it goes on until somebody lets it run.
  const run = await inspected(
    ['inspect', 'seed-deadlock', '--no-open', '--speed', '0.01', '--processes', '2', '--nats', url],
    at,
  );
  const page = await browser.openPage(run.address);
  const other = await inspected(['inspect', '--no-open', '--nats', url, '--run', await runAt(server.address)], at);
  const late = await browser.openPage(other.address);
  await late.getByText('LIVE').waitFor();
  await late.getByLabel('Speed').selectOption('unlimited');
  await expectRing(late, run.said);
  await expectRing(page, run.said);
});

/** Returns the name of the run whose messages go through a server: all that it says has it in its subject. */
async function runAt(address: NatsAddress): Promise<string> {
  const connection = await connect({ servers: address.url, token: address.token ?? '' });
  try {
    return await new Promise((resolve) => {
      connection.subscribe('dragon.>', { callback: (_, { subject }) => resolve(subject.split('.')[1] ?? '') });
    });
  } finally {
    await connection.close();
  }
}
