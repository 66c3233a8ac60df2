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
      layoutFaults(): string[];
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

listenToCanvases();
window.dragonTest = {
  layoutFaults: () => layoutFaults(allTexts()),
  contrastFaults: (base64) => contrastFaults(allTexts(), picture(base64)),
  shapeDistances: (base64, places) => shapeDistances(picture(base64), places),
  texts: () => allTexts().flatMap(({ text, visible }) => (visible === undefined ? [] : [text])),
};
