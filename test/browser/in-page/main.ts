/** Entrance of what runs inside the tested page: it listens from the first script on, and answers when asked. */
import { canvasTexts, listenToCanvases } from './canvas-texts.ts';
import { contrastFaults } from './contrast-faults.ts';
import { elementTexts } from './element-texts.ts';
import { layoutFaults } from './layout-faults.ts';
import { shapeDistances } from './shape-distance.ts';
import type { Box } from './text-box.ts';

declare global {
  interface Window {
    dragonTest: {
      /** Resolves when what was asked of the page is drawn. */
      settled(): Promise<void>;
      layoutFaults(): Promise<string[]>;
      /** The picture as base64 of a PNG. */
      contrastFaults(picture: string): Promise<string[]>;
      shapeDistances(picture: string, places: readonly Box[]): Promise<number[]>;
      /** What all texts say, one a line of text on the page. */
      texts(): string[];
    };
  }
}

const allTexts = () => [...elementTexts(), ...canvasTexts()];
const picture = (base64: string) => new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]);

/** Resolves when the page has drawn what it knows by now, and nothing moves any more. */
async function settled(): Promise<void> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  // One in which it hears of a new size, one in which it draws, one that shows it.
  for (let count = 0; count < 3; count += 1) await frame();
  const moving = document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations !== Infinity);
  await Promise.allSettled(moving.map((each) => each.finished));
}

listenToCanvases();
window.dragonTest = {
  settled,
  async layoutFaults() {
    await settled();
    return layoutFaults(allTexts());
  },
  contrastFaults: (base64) => contrastFaults(allTexts(), picture(base64)),
  shapeDistances: (base64, places) => shapeDistances(picture(base64), places),
  texts: () => allTexts().flatMap(({ text, visible }) => (visible === undefined ? [] : [text])),
};
