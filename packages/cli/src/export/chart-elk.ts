/** ELK for the command: the worker that the page's folder has, in this process. It is loaded when a chart is drawn. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import Elk from 'elkjs/lib/elk-api.js';
import { pageFolder } from '../bundle/page-folder.ts';

/** Returns what lays graphs out. */
export async function chartElk(note: (text: string) => void): Promise<InstanceType<typeof Elk.default>> {
  const file = join(await pageFolder(note), 'elk-worker.js');
  // It is written for `require`, but a folder of modules has it: it is handed what it looks for.
  const load = compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'self'], { filename: file });
  const module: { exports: { Worker?: new () => Worker } } = { exports: {} };
  load(module, module.exports, undefined);
  const { Worker } = module.exports;
  if (Worker === undefined) throw new Error(`${file} has no worker`);
  return new Elk.default({ workerFactory: () => new Worker() });
}
