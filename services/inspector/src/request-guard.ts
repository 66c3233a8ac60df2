/**
 * Who may speak to the inspector: pages that it served itself, over the loopback, and programs of this machine. Against
 * web sites that point their name at the loopback (DNS rebinding) or simply send requests there.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Returns why a request is refused, for a person; undefined if it is not. A browser always says for which name it came,
 * and from which page; a program need not name a page.
 */
export function refusalOf({ headers: { host, origin } }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const asked = hostOf(`http://${host ?? ''}`);
  if (asked === undefined || !LOOPBACK.has(asked.hostname))
    return 'The inspector answers for localhost and 127.0.0.1 only.';
  if (origin !== undefined && hostOf(origin)?.origin !== asked.origin)
    return 'The inspector answers to its own page only.';
  return undefined;
}

/** Returns whether `given` is the token, in a time that does not tell how much of it is right. */
export function isToken(given: string, token: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function hostOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
