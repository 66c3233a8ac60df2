/**
 * Fonts that the page is tested with, the same ones on every Linux: DejaVu, whose letters are among the widest, so
 * that a text which fits here fits with the reader's fonts, too.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

const FAMILIES = { 'sans-serif': 'DejaVu Sans', 'system-ui': 'DejaVu Sans', monospace: 'DejaVu Sans Mono' };

/** Returns what tells fontconfig of these fonts and of no others; elsewhere than on Linux nothing does. */
export function pageFonts(cacheFolder: string): Record<string, string> {
  if (process.platform !== 'linux') return {};
  const fonts = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const aliases = Object.entries(FAMILIES).map(
    ([generic, family]) =>
      `<alias binding="same"><family>${generic}</family><prefer><family>${family}</family></prefer></alias>`,
  );
  const settings = [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    `<dir>${fonts}</dir>`,
    `<cachedir>${join(cacheFolder, 'fontconfig')}</cachedir>`,
    ...aliases,
    '</fontconfig>',
  ];
  const file = join(cacheFolder, 'page-fonts.conf');
  mkdirSync(cacheFolder, { recursive: true });
  // Another test process may read it meanwhile: it finds the old file or the new one, and both say the same.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${settings.join('\n')}\n`);
  renameSync(own, file);
  return { FONTCONFIG_FILE: file };
}
