/** Chromium, started: headless, on a profile of its own, drawing with the processor, and speaking to nobody outside. */
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './chromium-binary.ts';

const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));

const FLAGS = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A proxy that is not there: whatever is not of this machine ends here.
  '--proxy-server=127.0.0.1:9',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
];

/** Returns a browser that the caller closes. Throws one line that says what to do if there is none. */
export function openChromium(): Promise<Browser> {
  const { path, env } = findChromium(CACHE);
  return chromium.launch({ executablePath: path, args: FLAGS, env: { ...process.env, ...env } });
}
