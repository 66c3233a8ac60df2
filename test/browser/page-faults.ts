/** Faults of a page that only a rendered one has: texts that cannot be read, and what axe finds. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** The rules of WCAG 2.2, levels A and AA, with its target size, and what axe holds to be good practice. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Returns a line for each text that is below 11 px, lies over another one, or is cut; none of a good page. */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>('window.dragonTest.layoutFaults()');
}

/** Returns a line for each rule that axe sees broken, and for each text in a drawing with too little contrast. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  return [...(await brokenRules(page, { type: 'tag', values: RULES })), ...(await drawingFaults(page))];
}

/** Returns of `accessibilityFaults` those that another theme may have. */
export async function colourFaults(page: Page): Promise<string[]> {
  return [...(await brokenRules(page, { type: 'rule', values: ['color-contrast'] })), ...(await drawingFaults(page))];
}

async function brokenRules(page: Page, runOnly: axe.RunOnly): Promise<string[]> {
  await page.evaluate('window.dragonTest.settled()');
  if (await page.evaluate<boolean>('window.axe === undefined')) await page.evaluate(axe.source);
  const options: axe.RunOptions = { runOnly, resultTypes: ['violations'] };
  const broken = `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`;
  const violations = await page.evaluate<axe.Result[]>(broken);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all, none }) => {
      const [first] = [...any, ...all, ...none];
      return `${id}: ${target.join(' ')}${first === undefined ? '' : `: ${first.message}`}`;
    }),
  );
}

/** Returns a line for each text in a drawing with too little contrast: axe does not look there. */
export async function drawingFaults(page: Page): Promise<string[]> {
  await page.evaluate('window.dragonTest.settled()');
  const picture = (await page.screenshot()).toString('base64');
  return page.evaluate<string[]>(`window.dragonTest.contrastFaults('${picture}')`);
}
