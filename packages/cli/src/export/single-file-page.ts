/** The inspector's page as a single file, which opens from a disk: no server, no network, all of it inside. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '@dragon/engine';
import { pageFile } from '../bundle/page-folder.ts';

/** Workers of the page, which a page from a disk makes from what stands inside it. */
const WORKERS = ['run-worker', 'elk-worker'];

const STYLES = '<link rel="stylesheet" href="page.css" />';
const SCRIPT = '<script src="page.js"></script>';

/**
 * What the page may do is said in it, as no server says it: run the one script that it was made with, and workers that
 * it makes itself, and ask nobody for anything. A name in a run that gets past all else is still not executed.
 */
const policyFor = (code: string): string =>
  [
    "default-src 'none'",
    `script-src 'sha256-${createHash('sha256').update(code).digest('base64')}'`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** Returns the page of a folder with all that it loads inside, and what it opens with. */
export function singleFilePage(folder: string, boot: Json): string {
  const part = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const workers = WORKERS.map((name) => script(`type="text/plain" id="${name}-source"`, part(`${name}.js`)));
  // A `<` inside of data is written so that no browser takes it for the end of the script.
  const data = JSON.stringify(boot).replaceAll('<', '\\u003c');
  const code = part('page.js');
  const policy = `<meta http-equiv="Content-Security-Policy" content="${policyFor(code)}" />`;
  return filled(
    filled(readFileSync(pageFile(folder), 'utf8'), STYLES, `${policy}\n    <style>${part('page.css')}</style>`),
    SCRIPT,
    [...workers, script('type="application/json" id="boot"', data), script('', code)].join('\n'),
  );
}

function script(attributes: string, code: string): string {
  // Such a comment begins a text in which the end of the script is looked for elsewhere.
  if (code.includes('</script') || code.includes('<!--'))
    throw new Error('a script of the page has the end of a script in it');
  return `<script ${attributes}>${code}</script>`;
}

function filled(html: string, place: string, contents: string): string {
  const [before, after] = html.split(place);
  if (before === undefined || after === undefined) throw new Error(`the page has no ${place}`);
  return before + contents + after;
}
