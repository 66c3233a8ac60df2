/**
 * Tickets: what a browser is started with in place of the token. The words that a program is started with are seen by
 * every user of the machine, for as long as it runs; a ticket is good once, and for a minute.
 *
 * Whoever has the token makes one, in whatever process: it says until when it is good, and a mark shows that.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { isToken } from './request-guard.ts';

const LIFE_MS = 60_000;

/** Returns a ticket, as `nowMs.nonce.mark` with the time in milliseconds of the wall clock. */
export function ticketFor(token: string, nowMs: number): string {
  const about = `${nowMs}.${randomBytes(9).toString('base64url')}`;
  return `${about}.${markOf(about, token)}`;
}

/** Returns an address that has a token with a ticket in its place. */
export function ticketAddress(address: string, nowMs: number): string {
  const url = new URL(address);
  url.search = new URLSearchParams({ ticket: ticketFor(url.searchParams.get('token') ?? '', nowMs) }).toString();
  return url.href;
}

/** Tickets that were shown. */
export class Tickets {
  readonly #token: string;
  /** Those that are still good, but for that. */
  readonly #used = new Map<string, number>();

  constructor(token: string) {
    this.#token = token;
  }

  /** Takes a ticket. Returns whether it is good, which it is not a second time. */
  take(ticket: string, nowMs: number): boolean {
    for (const [used, madeMs] of this.#used) if (!isFresh(madeMs, nowMs)) this.#used.delete(used);
    const about = ticket.slice(0, ticket.lastIndexOf('.'));
    const madeMs = Number(about.split('.', 1)[0]);
    const isGood = isToken(ticket, `${about}.${markOf(about, this.#token)}`) && isFresh(madeMs, nowMs);
    if (!isGood || this.#used.has(ticket)) return false;
    this.#used.set(ticket, madeMs);
    return true;
  }
}

const isFresh = (madeMs: number, nowMs: number) => madeMs <= nowMs && nowMs < madeMs + LIFE_MS;

const markOf = (about: string, token: string) => createHmac('sha256', token).update(about).digest('base64url');
