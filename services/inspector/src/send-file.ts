/** A file, or a range of its bytes (RFC 9110, 14), as the answer to a request: a page reads a trace by blocks. */
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** How long a reader may take none of it before its connection, and with it the file, is closed. */
const IDLE_MS = 60_000;

/** Answers with the file, or says that there is none. A reader that goes away is no failure. */
export async function sendFile(
  path: string,
  { headers, method }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  try {
    response.setTimeout(IDLE_MS, () => response.destroy());
    const { size } = await file.stat();
    const range = rangeOf(headers.range, size);
    response.setHeader('Accept-Ranges', 'bytes');
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('Cache-Control', 'no-store');
    if (range === 'unsatisfiable') {
      response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    const status = range === undefined ? 200 : 206;
    if (range !== undefined) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
    response.writeHead(status, { 'Content-Length': end - start + 1 });
    if (method === 'HEAD' || size === 0) response.end();
    else await pipeline(file.createReadStream({ start, end, autoClose: false }), response).catch(() => undefined);
  } finally {
    await file.close();
  }
}

/** One range of bytes; several, or what is none, count as no range. */
function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  return start > end ? 'unsatisfiable' : { start, end };
}
