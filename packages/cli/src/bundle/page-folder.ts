/** The inspector's page: the folder of the files that a browser loads. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { freshPage as freshPageOf } from './fresh-programs.mjs';
import { IS_INSTALLED, PAGE_CACHE, projectUrl, ROOT } from '../project-paths.ts';

/** Returns the folder of `page.html` and what it loads. In a checkout it is made if the sources have changed. */
export async function pageFolder(note: (text: string) => void): Promise<string> {
  if (IS_INSTALLED) return fileURLToPath(new URL('../page', import.meta.url));
  // Asked for by its address, so that no bundle has the bundler in it.
  const bundler: string = projectUrl('packages/cli/src/bundle/fresh-programs.mjs').href;
  const { freshPage } = (await import(bundler)) as { readonly freshPage: typeof freshPageOf };
  return freshPage({ root: ROOT, cacheFolder: PAGE_CACHE, note });
}

/** Returns the path of the page itself. */
export const pageFile = (folder: string): string => join(folder, 'page.html');
