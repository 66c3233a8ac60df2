/**
 * Fonts that the page is tested with, the same ones on every Linux: DejaVu, whose letters are among the widest, so
 * that a text which fits here fits with the reader's fonts, too.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** No others: asked for a family that is not there, a browser may take any. */
const FONTS = ['DejaVuSans', 'DejaVuSans-Bold', 'DejaVuSansMono', 'DejaVuSansMono-Bold'].map((name) => `${name}.ttf`);
const FAMILIES = { 'sans-serif': 'DejaVu Sans', 'system-ui': 'DejaVu Sans', monospace: 'DejaVu Sans Mono' };

/** Returns what tells fontconfig of these fonts and of no others; elsewhere than on Linux nothing does. */
export function pageFonts(cacheFolder: string): Record<string, string> {
  if (process.platform !== 'linux') return {};
  const folder = join(cacheFolder, 'page-fonts');
  const env = { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  if (existsSync(folder)) return env;
  mkdirSync(cacheFolder, { recursive: true });
  const own = mkdtempSync(`${folder}.`);
  const from = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  for (const name of FONTS) copyFileSync(join(from, name), join(own, name));
  const aliases = Object.entries(FAMILIES).map(
    ([generic, family]) =>
      `<alias binding="same"><family>${generic}</family><prefer><family>${family}</family></prefer></alias>`,
  );
  const settings = [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    // Of this file: the project may be moved.
    '<dir prefix="relative">.</dir>',
    ...aliases,
    '</fontconfig>',
  ];
  writeFileSync(join(own, 'fonts.conf'), `${settings.join('\n')}\n`);
  try {
    renameSync(own, folder);
  } catch {
    // Another process was faster.
    rmSync(own, { recursive: true });
  }
  return env;
}
