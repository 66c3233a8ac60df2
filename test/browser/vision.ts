/** Vision as some readers have it: pages without hue, or with some of it, as the browser shows them. */
import type { Locator, Page } from 'playwright-core';

export const DEFICIENCIES = ['achromatopsia', 'deuteranopia', 'protanopia', 'tritanopia'] as const;
type Deficiency = (typeof DEFICIENCIES)[number];

/** Shows the page, from now on, as readers with this deficiency see it. */
export async function seeAs(page: Page, type: Deficiency): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setEmulatedVisionDeficiency', { type });
  await session.detach();
}

/** Two drawings of the page, and how different they are. */
interface ShapePair {
  /** Their places in the document, from 0 on. */
  readonly names: string;
  /**
   * In form alone, 0 to 1: the share of the drawn pixels in which they differ once they are grey and equally dark.
   */
  readonly distance: number;
}

/** Returns every pair of some small drawings that the window shows, the most alike first. */
export async function shapePairs(page: Page, drawings: Locator): Promise<readonly ShapePair[]> {
  const places = (await Promise.all((await drawings.all()).map((each) => each.boundingBox()))).map((box, i) => {
    if (box === null || box.y + box.height > (page.viewportSize()?.height ?? 0))
      throw new Error(`drawing ${i} is not in the window`);
    return { left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height };
  });
  const picture = (await page.screenshot()).toString('base64');
  const call = `window.dragonTest.shapeDistances('${picture}', ${JSON.stringify(places)})`;
  const distances = await page.evaluate<number[]>(call);
  const names = places.flatMap((_, one) => places.slice(one + 1).map((__, more) => `${one} and ${one + 1 + more}`));
  return names
    .map((name, i) => ({ names: name, distance: distances[i] ?? 0 }))
    .toSorted((a, b) => a.distance - b.distance);
}
