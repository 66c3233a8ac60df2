/**
 * Stack traces of bundled code in terms of its sources. Node can do this itself (`--enable-source-maps`), but then
 * reads the maps of all that it loads, a tenth of a start; here they are read once there is a stack to print.
 */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A place as V8 writes it. */
const PLACE = /(file:\/\/[^\s()]+\.mjs):(\d+):(\d+)/g;

/** Returns the text with each place in a bundle replaced by that in the source. */
export function sourceStack(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return stack.replaceAll(PLACE, (place: string, url: string, line: string, column: string) => {
    if (!maps.has(url)) maps.set(url, sourceMapOf(url));
    const origin = maps.get(url)?.findOrigin(Number(line), Number(column));
    if (origin === undefined || !('fileName' in origin)) return place;
    return `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}`;
  });
}

function sourceMapOf(url: string): SourceMap | undefined {
  const path = `${fileURLToPath(url)}.map`;
  if (!existsSync(path)) return undefined;
  return new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload);
}
