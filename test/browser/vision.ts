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
  readonly names: string;
  /**
   * In form alone, 0 to 1: the share of the drawn pixels in which they differ once they are grey and equally dark.
   */
  readonly distance: number;
}

/** Returns every pair of some small drawings, the most alike first. */
export async function shapePairs(drawings: ReadonlyMap<string, Locator>): Promise<readonly ShapePair[]> {
  const pairs: ShapePair[] = [];
  const pictures: { readonly name: string; readonly picture: string; readonly page: Page }[] = [];
  for (const [name, drawing] of drawings) {
    const picture = (await drawing.screenshot()).toString('base64');
    for (const other of pictures) {
      const call = `window.dragonTest.shapeDistance('${other.picture}', '${picture}')`;
      pairs.push({ names: `${other.name}, ${name}`, distance: await other.page.evaluate<number>(call) });
    }
    pictures.push({ name, picture, page: drawing.page() });
  }
  return pairs.toSorted((a, b) => a.distance - b.distance);
}
