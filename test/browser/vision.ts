/** Vision as some readers have it: pages without hue, or with some of it, as the browser shows them. */
import type { Locator, Page } from 'playwright-core';

const DEFICIENCIES = ['achromatopsia', 'deuteranopia', 'protanopia', 'tritanopia'] as const;
export type Deficiency = (typeof DEFICIENCIES)[number];

/** Shows the page, from now on, as readers with this deficiency see it. */
export async function seeAs(page: Page, type: Deficiency | 'none'): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setEmulatedVisionDeficiency', { type });
}

/**
 * Returns how different two small drawings on the page are in form alone, 0 to 1: the share of the drawn pixels in
 * which they differ once they are grey and equally dark.
 */
export async function shapeDistance(one: Locator, other: Locator): Promise<number> {
  const [a, b] = [await one.screenshot(), await other.screenshot()].map((picture) => picture.toString('base64'));
  return one.page().evaluate<number>(`window.dragonTest.shapeDistance('${a}', '${b}')`);
}
