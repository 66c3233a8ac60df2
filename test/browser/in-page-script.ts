/** Script that runs inside the tested page before the page's own: the folder `in-page`, in one piece. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

let script: Promise<string> | undefined;

/** Returns the script; it is made once a process. */
export function inPageScript(): Promise<string> {
  script ??= bundle();
  return script;
}

async function bundle(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry: fileURLToPath(new URL('in-page/main.ts', import.meta.url)), formats: ['iife'], name: 'inPage' },
    },
  });
  const [first] = [output].flat();
  const chunk = first !== undefined && 'output' in first ? first.output[0] : undefined;
  if (chunk === undefined) throw new Error('the script that runs inside the page could not be made');
  return chunk.code;
}
