/** Page of a run, as a single file that opens from the disk: what most tests of the page look at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { RunTexts } from '@dragon/scenarios';
import { pageFolder } from '../../packages/cli/src/bundle/page-folder.ts';
import { singleFilePage } from '../../packages/cli/src/export/single-file-page.ts';

const FOLDER = fileURLToPath(new URL('../../.cache/test-pages', import.meta.url));

/** Returns the folder of the page's files. */
export async function pageFiles(): Promise<string> {
  const notes: string[] = [];
  const folder = await pageFolder((text) => notes.push(text));
  if (notes.length > 0) throw new Error(notes.join('\n'));
  return folder;
}

/** Writes the page of a run to the disk and returns its URL. */
export async function pageOfRun(name: string, texts: RunTexts): Promise<string> {
  const page = singleFilePage(await pageFiles(), { kind: 'scenario', texts: { ...texts } });
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.html`);
  writeFileSync(file, page);
  return pathToFileURL(file).href;
}
