/** Script that runs inside the tested page before the page's own: the folder `in-page`, in one piece. */
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

let script: string | undefined;

/** Returns the script; it is made once a process. */
export function inPageScript(): string {
  script ??= bundled();
  return script;
}

function bundled(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('in-page/main.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2023',
  });
  return outputFiles.map(({ text }) => text).join('');
}
