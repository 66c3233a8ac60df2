/** Page of a run, as a single file that opens from the disk: what most tests of the page look at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { RunTexts } from '@dragon/scenarios';
import { pageFolder } from '../../packages/cli/src/bundle/page-folder.ts';
import { singleFilePage } from '../../packages/cli/src/export/single-file-page.ts';

const FOLDER = fileURLToPath(new URL('../../.cache/test-pages', import.meta.url));

/** Writes the page of a run to the disk and returns its URL. */
export async function pageOfRun(name: string, texts: RunTexts): Promise<string> {
  const notes: string[] = [];
  const page = singleFilePage(await pageFolder((text) => notes.push(text)), { kind: 'scenario', texts: { ...texts } });
  if (notes.length > 0) throw new Error(notes.join('\n'));
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.html`);
  writeFileSync(file, page);
  return pathToFileURL(file).href;
}
