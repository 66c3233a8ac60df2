/** The page as a single file has all that it loads inside, and asks no network for anything. */
import { expect, test } from 'vitest';
import { pageFolder } from '../bundle/page-folder.ts';
import { singleFilePage } from './single-file-page.ts';

test('all is inside, and what it opens with cannot end its script', async () => {
  const folder = await pageFolder(() => undefined);
  const page = singleFilePage(folder, { kind: 'scenario', texts: { scenario: '</script><script>alert(1)' } });
  expect(page).not.toMatch(/<(?:script|link|img)[^>]*(?:src|href)="(?!data:)/);
  expect(page).toContain('\\u003c/script>\\u003cscript>alert(1)');
  expect(page.split('</script>')).toHaveLength(5);
});
