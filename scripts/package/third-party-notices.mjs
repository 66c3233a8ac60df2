/** Notices of the npm packages that are part of the bundle: name, version, licence and its text, as licences ask. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HEAD = `The programs of sleeping-dragon contain code of the packages below, each under its own licence.
Made by scripts/package/third-party-notices.mjs from what is bundled.
`;

/** Licences of packages that come without their text, from where their sources are kept. */
const keptLicence = (name) => join(import.meta.dirname, 'licences', `${name.replace('/', '+')}.txt`);

const RULE = '='.repeat(80);

/**
 * Returns the text of THIRD-PARTY-NOTICES.
 *
 * @param {string} root
 * @param {readonly string[]} folders of the packages, relative to the root
 * @returns {string}
 */
export function thirdPartyNotices(root, folders) {
  const notices = folders.map((folder) => noticeOf(join(root, folder)));
  return [HEAD, ...[...new Set(notices)].sort()].join(`\n${RULE}\n`);
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|notice|copying)\b/i.test(file))
    .sort();
  const paths = texts.length > 0 ? texts.map((file) => join(folder, file)) : [keptLicence(name)];
  if (license === undefined || !paths.every((path) => existsSync(path)))
    throw new Error(`${name} ${version} has no licence in ${folder}: put its text into ${keptLicence(name)}`);
  const words = paths.map((path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim());
  return `${name} ${version}, ${license}\n\n${words.join('\n\n')}\n`;
}
