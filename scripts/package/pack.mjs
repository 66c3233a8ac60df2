/**
 * Behind `npm pack` (`prepack` and `postpack` in package.json): makes `dist`, and lends the tarball a manifest of its
 * own. `notices` writes THIRD-PARTY-NOTICES anew, after a package has come, gone or changed.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './build-package.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MANIFEST = join(ROOT, 'package.json');
const NOTICES = join(ROOT, 'THIRD-PARTY-NOTICES');

/** Where the workspace's manifest is while npm packs: npm takes what is in package.json, and nothing else. */
const SET_ASIDE = join(ROOT, '.cache', 'workspace-package.json');

const COMMANDS = {
  async before() {
    // Somebody ended npm before it was done.
    COMMANDS.after();
    if (!existsSync(join(ROOT, 'node_modules'))) fail('the packages are not installed: run npm run setup first', 1);
    const { manifest, notices } = await buildPackage(ROOT);
    if (!existsSync(NOTICES) || readFileSync(NOTICES, 'utf8') !== notices)
      fail('THIRD-PARTY-NOTICES is not of what is bundled: run node scripts/package/pack.mjs notices', 1);
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    renameSync(MANIFEST, SET_ASIDE);
    writeFileSync(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
  },
  after() {
    if (existsSync(SET_ASIDE)) renameSync(SET_ASIDE, MANIFEST);
  },
  async notices() {
    const { notices } = await buildPackage(ROOT);
    writeFileSync(NOTICES, notices);
  },
};

function fail(message, code) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

const [command = ''] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, command))
  fail(`usage: node scripts/package/pack.mjs ${Object.keys(COMMANDS).join('|')}`, 64);
await COMMANDS[command]();
