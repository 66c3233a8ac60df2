/**
 * Chromium binary that the page is tested in: one that was named, the one that comes as a package, or an installed one.
 */
import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { pageFonts } from './page-fonts.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ChromiumBinary {
  readonly path: string;
  /** What its process needs in its environment, besides ours. */
  readonly env: Readonly<Record<string, string>>;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const MAC_APPLICATIONS = ['Chromium.app/Contents/MacOS/Chromium', 'Google Chrome.app/Contents/MacOS/Google Chrome'];
const ADVICE = 'install Chromium or Chrome, or set CHROMIUM_BIN to its program';

const require = createRequire(import.meta.url);

/**
 * Returns the program of CHROMIUM_BIN if that is set. Else, on Linux with an x64 processor, the one in the package,
 * unpacked into a folder of `cacheFolder`: everybody has the same version and needs neither root nor apt. Elsewhere,
 * for which the package has none, one on the PATH. Throws one line that says what to do.
 */
export function findChromium(cacheFolder: string, env: Environment = process.env): ChromiumBinary {
  const named = env['CHROMIUM_BIN'];
  if (named) {
    if (isExecutable(named)) return { path: named, env: pageFonts(cacheFolder) };
    throw new Error(`CHROMIUM_BIN is ${named}, which is not a program: correct or unset it`);
  }
  if (process.platform === 'linux' && process.arch === 'x64') return packagedChromium(cacheFolder);
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, `${name}${suffix}`)));
  if (process.platform === 'darwin') candidates.push(...MAC_APPLICATIONS.map((path) => join('/Applications', path)));
  const installed = candidates.find(isExecutable);
  if (installed !== undefined) return { path: installed, env: pageFonts(cacheFolder) };
  throw new Error(`the tests of the page need a browser, and there is none on the PATH: ${ADVICE}`);
}

function packagedChromium(cacheFolder: string): ChromiumBinary {
  // The package has no entry for its manifest, and its entrance is two folders below the binaries.
  const bin = join(dirname(require.resolve('@sparticuz/chromium')), '..', '..', 'bin');
  const version = (require(join(bin, '..', 'package.json')) as { version: string }).version;
  const folder = join(cacheFolder, `chromium-${version}`);
  const path = join(folder, 'chromium');
  if (!isExecutable(path)) unpack(bin, folder);
  return { path, env: { ...pageFonts(cacheFolder), LD_LIBRARY_PATH: join(folder, 'lib') } };
}

/** Complete or absent, whoever is first: a folder of our own takes the name when everything is in it. */
function unpack(bin: string, folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const own = mkdtempSync(`${folder}.`);
  const content = (name: string) => brotliDecompressSync(readFileSync(join(bin, name)));
  try {
    writeFileSync(join(own, 'chromium'), content('chromium.br'), { mode: 0o755 });
    // The libraries that the binary is linked to, and those that draw without a graphics card.
    for (const archive of ['al2023.tar.br', 'swiftshader.tar.br'])
      execFileSync('tar', ['-x'], { cwd: own, input: content(archive), stdio: ['pipe', 'ignore', 'pipe'] });
    renameSync(own, folder);
  } catch (error) {
    if (isExecutable(join(folder, 'chromium'))) return;
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new Error(`could not unpack Chromium into ${folder} (${reason}): remove that folder, or ${ADVICE}`, {
      cause: error,
    });
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
