/** The colours of the page are those of the pictures that leave it: its style sheet says what the theme says. */
import { readFileSync } from 'node:fs';
import { THEMES } from '@dragon/inspection';
import { expect, test } from 'vitest';

const CSS = readFileSync(new URL('../../packages/inspector-page/src/page.css', import.meta.url), 'utf8');

test.each(['dark', 'light'] as const)('%s', (theme) => {
  const block = theme === 'dark' ? /:root\[data-theme="dark"\] \{([^}]*)\}/ : /:root \{(\s*--bg[^}]*)\}/;
  const tokens = [...(block.exec(CSS)?.[1] ?? '').matchAll(/--([\w-]+): (#\w+);/g)].map(([, token, value]) => [
    token,
    value,
  ]);
  expect(Object.fromEntries(tokens)).toEqual(THEMES[theme]);
});
