/** Everything in this project that tells a reader what to type: pages, the help of each command, the demo. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { whereNext } from '../../packages/cli/src/demo-command.ts';
import { readText, ROOT } from '../repo/repository.ts';
import { type DocumentedCommand, type Page, readExamples, readPage } from './documented-commands.ts';
import { dragonHere } from './type-command.ts';

/** Every page, relative to the root. */
function pages(): string[] {
  const markdown = (folder: string) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  return [...markdown('.'), ...markdown('docs')].toSorted();
}

/** No line of an example is folded. */
const WIDE = { COLUMNS: '120' };

/** Returns the help of each command, by name; that of the program is ''. */
export async function helpTexts(): Promise<ReadonlyMap<string, string>> {
  const { out } = await dragonHere(['--help'], WIDE);
  const commands = out.slice(out.indexOf('\nCommands:'), out.indexOf('\nExamples'));
  const names = [...commands.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  const texts = new Map([['', out]]);
  for (const name of names) texts.set(name, (await dragonHere(['help', name], WIDE)).out);
  return texts;
}

export async function allDocumented(): Promise<Page> {
  const read = pages().map((file) => readPage(file, readText(file)));
  const examples: DocumentedCommand[] = [];
  for (const [name, text] of await helpTexts())
    examples.push(...readExamples(`dragon ${name} --help`.replace('  ', ' '), text.slice(text.indexOf('\nExamples'))));
  return {
    commands: [
      ...read.flatMap(({ commands }) => commands),
      ...examples,
      ...readExamples('the end of the demo', whereNext(Number(WIDE.COLUMNS)).join('\n')),
    ],
    scripts: read.flatMap(({ scripts }) => scripts),
    mentions: read.flatMap(({ mentions }) => mentions),
    strays: read.flatMap(({ strays }) => strays),
  };
}
