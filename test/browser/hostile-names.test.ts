/** Tests of runs whose names mean harm: a page that shows them shows text, and obeys nothing of it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type FactsChange, kindOf, LocalRun, type Plan } from '@dragon/engine';
import { isPrintable, kernelFinders, outcomeOf, printable } from '@dragon/report';
import { TraceWriter } from '@dragon/report/io';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { openInspector, standingRun } from '../../services/inspector/src/index.ts';
import { useBrowser } from './browser.ts';
import { pageFiles } from './page-of-run.ts';

const browser = useBrowser();
const folder = mkdtempSync(join(tmpdir(), 'dragon-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of `dragon run seed-deadlock`. */
const DIGEST = '03c7f7de3f9080ae';

const HARM = 'document.documentElement.dataset.harmed=1';
const NAMES = [
  `</script><script>${HARM}</script>`,
  `<img src=x onerror="${HARM}">`,
  `"><svg onload=${HARM}>`,
  `javascript:${HARM}`,
  `'-->]]></title></style><iframe srcdoc="<script>parent.${HARM}</script>">`,
  '__proto__',
  'constructor',
  'toString',
  '\u001b]0;title\u0007\u001b[31mred',
  '\u202etxt.exe\u2066',
  'zero\u200bwidth\ufeff',
  'half \ud83d',
  '&lt;b&gt; &#60; ${7*7} {{7*7}} %3Cb%3E',
];
/** No name stands twice. */
const nameOf = (i: number) => NAMES[i] ?? `${NAMES[i % NAMES.length] ?? ''} ${i}`;

/** The seed's deadlock, in which whatever has a name is called something else: the run is the same. */
function hostilePlan(): Plan {
  const plan = requestRun(readRun({ scenario: 'seed-deadlock' })).plan();
  return {
    ...plan,
    agents: plan.agents.map((agent, i) =>
      agent.task === undefined ? agent : { ...agent, task: { ...agent.task, comm: nameOf(i) } },
    ),
    resources: plan.resources.map((resource, i) => ({
      ...resource,
      noun: nameOf(i),
      ...(resource.label && { label: { what: nameOf(i + 1), of: nameOf(i + 2) } }),
    })),
  };
}

const HEADING = NAMES.join(' ');
const COMMAND = { scenario: `seed-deadlock'; ${NAMES[0]}`, __proto__: 1, policy: NAMES[1] ?? '' };
const RUN = join(folder, 'run.trace');
const RECORDED = join(folder, 'recorded.trace');

/** A run that can be made again, and was. */
async function recordRun(plan: Plan): Promise<void> {
  const writer = new TraceWriter(RUN, { heading: HEADING, command: COMMAND }, plan);
  const { finders } = kernelFinders();
  const run = new LocalRun(plan, DEFINITIONS, {
    finders,
    onRow: writer.row,
    onFacts: writer.facts,
    onCensus: writer.census,
  });
  while (run.advance(10_000));
  const result = run.result();
  const { digest, events, endedAt } = result;
  await writer.finish({ end: true, outcome: outcomeOf(result), events, digest, endedAt });
}

/** A run that nothing here can make: every agent, state, message, lock and number has a name of that sort. */
async function recordNames(): Promise<void> {
  const ids = NAMES.map((name, i) => ({ id: `${name}/${i}`, kind: kindOf(`${name}/${i}`) }));
  const plan: Plan = {
    seed: 1,
    agents: ids.map(({ id, kind }, i) => ({ id, kind, params: {}, task: { comm: nameOf(i + 3), pid: i + 1 } })),
    resources: [],
    latency: { delays: {}, links: { default: 1 } },
    until: 1_000,
    grace: 1,
    stopOnFinding: true,
  };
  const writer = new TraceWriter(RECORDED, { heading: HEADING, command: COMMAND }, plan);
  const long = 'x'.repeat(100_000);
  for (const [i, { id }] of ids.entries()) {
    const other = ids[(i + 1) % ids.length]?.id ?? id;
    const state = i === 0 ? long : nameOf(i + 1);
    writer.row({
      at: i + 1,
      to: id,
      from: other,
      seq: 0,
      index: 0,
      message: { type: nameOf(i + 2), [nameOf(i)]: nameOf(i) },
      state,
    });
    const lock = (name: string) => ({ resource: name, mode: 'W' as const });
    const facts: FactsChange['facts'] = {
      task: {
        waitsFor: { ...lock(nameOf(i + 1)), mode: 'uninterruptible', lock: 'W', stack: [nameOf(i), nameOf(i + 1)] },
        holds: [lock(nameOf(i))],
      },
      resources: [{ resource: nameOf(i), holders: [[id]], waiters: [[{ task: other }]] }],
    };
    writer.facts({ at: i + 1, agent: id, facts });
    writer.census({ at: i + 1, agent: id, numbers: { [nameOf(i)]: i, free: i } });
  }
  await writer.finish({ end: true, outcome: 'deadlock', events: ids.length, digest: 'ab', endedAt: ids.length });
}

beforeAll(async () => {
  await recordRun(hostilePlan());
  await recordNames();
});

const UNWANTED =
  'iframe, object, embed, #page script, [onerror], [onload], #page img, a[href^="javascript"], [srcdoc], style:not(head *)';
const UNPRINTABLE = String.raw`/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/u`;

/** Says what there is on a page that nobody put there. In one question, for a page is asked dozens of times. */
async function harmOn(page: Page, where: string): Promise<readonly string[]> {
  const found = await page.evaluate<string[]>(`window.dragonTest.settled().then(() => [
    ...[...document.querySelectorAll(${JSON.stringify(UNWANTED)})].map((each) => each.outerHTML),
    ...('harmed' in document.documentElement.dataset ? ['executed'] : []),
    ...(${UNPRINTABLE}.test(document.body.innerText) ? ['not printable'] : []),
  ])`);
  return found.map((harm) => `${where}: ${harm}`);
}

/** Looks at all that a page has. */
async function harmAll(page: Page): Promise<readonly string[]> {
  const harm: string[] = [];
  for (const name of ['Waits', 'Memory', 'Agents', 'Chart', 'Compare']) {
    await page.getByRole('tab', { name }).click();
    harm.push(...(await harmOn(page, name)));
  }
  await page.getByRole('tab', { name: 'Waits' }).click();
  for (const keys of [['g', 'h'], ['f'], ['/'], ['e'], ['m', 'x', '0']]) {
    for (const key of keys) await page.keyboard.press(key);
    harm.push(...(await harmOn(page, keys.join(' '))));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  }
  await page.locator('.timeline-axis').hover();
  for (const place of [0.2, 0.5, 0.8]) {
    const lane = page.locator('.timeline').first();
    const { width = 0, height = 0 } = (await lane.boundingBox()) ?? {};
    await lane.hover({ position: { x: width * place, y: height / 2 } });
    harm.push(...(await harmOn(page, 'tooltip')));
  }
  return harm;
}

/** Saves every picture that the sheet of exports has, and opens each: it has to be well-formed for that. */
async function harmInPictures(page: Page): Promise<readonly string[]> {
  const harm: string[] = [];
  await page.getByRole('tab', { name: 'Waits' }).click();
  await page.keyboard.press('e');
  const buttons = page.getByRole('dialog').getByRole('button', { name: 'SVG', exact: true });
  await buttons.first().waitFor();
  const picture = await page.context().newPage();
  const count = await buttons.count();
  for (let i = 0; i < count; i += 1) {
    const [saved] = await Promise.all([page.waitForEvent('download'), buttons.nth(i).click()]);
    const file = join(folder, `picture-${i}.svg`);
    await saved.saveAs(file);
    await picture.goto(pathToFileURL(file).href);
    const [root, bad] = await picture.evaluate<[string, number]>(`[
      document.documentElement.localName,
      document.querySelectorAll('script, foreignObject, [onload], [onerror], parsererror').length,
    ]`);
    if (root !== 'svg' || bad > 0) harm.push(`picture ${i}: ${readFileSync(file, 'utf8').slice(0, 500)}`);
  }
  return harm;
}

async function served(trace: string): Promise<Page> {
  const inspector = await openInspector({
    run: standingRun({ mode: 'trace', trace: NAMES[1] ?? '' }),
    trace,
    page: await pageFiles(),
    forks: folder,
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => inspector.close());
  return browser.openPage(`${inspector.address}&tour=1`);
}

test('in a trace that is served', async () => {
  const page = await served(RUN);
  await page.getByText(DIGEST).waitFor();
  const tour = page.getByRole('region', { name: 'Tour' });
  for (await tour.waitFor(); await tour.isVisible(); await tour.getByRole('button').last().click())
    expect(await harmOn(page, 'tour')).toEqual([]);
  await page.keyboard.press('End');
  const heading = page.getByRole('region', { name: 'Finding' }).getByRole('heading');
  expect(await heading.textContent()).toContain('wait for each other');
  expect(await harmAll(page)).toEqual([]);
  expect(await harmInPictures(page)).toEqual([]);
});

test('in the page that a trace is exported to', async () => {
  const file = join(folder, 'run.html');
  const made = await dragonInProcess(['export', 'page', RUN, '--out', file]);
  expect(made).toMatchObject({ code: 0, err: '' });
  const page = await browser.openPage(pathToFileURL(file).href);
  await page.getByText(DIGEST).waitFor();
  expect(await harmOn(page, 'file')).toEqual([]);
});

test('in a trace of which nothing is known here', async () => {
  const page = await served(RECORDED);
  await page.getByText('ENDED', { exact: true }).waitFor();
  expect(await harmAll(page)).toEqual([]);
});

test('in what the command prints and exports', async () => {
  const perfetto = join(folder, 'run.pftrace');
  const printed = [
    await dragonInProcess(['export', 'perfetto', RECORDED, '--out', perfetto]),
    await dragonInProcess(['export', 'mermaid', RECORDED, '--agents', '__proto__/5,constructor/6,toString/7']),
    await dragonInProcess(['replay', RUN]),
  ];
  const text = printed.map(({ out, err }) => out + err).join('\n');
  expect(printed.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(text.split('\n').filter((line) => !isPrintable(line))).toEqual([]);
  expect(text).not.toMatch(/Note over.*</);
  const bytes = readFileSync(perfetto);
  for (const name of NAMES) expect(bytes.includes(printable(name)), name).toBe(true);
  for (const harm of ['\u202e', '\u200b', '\u001b[']) expect(bytes.includes(harm)).toBe(false);
});
