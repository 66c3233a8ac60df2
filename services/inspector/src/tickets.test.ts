/** A ticket is good once, for a minute, where the token is that it was made with. */
import { expect, test } from 'vitest';
import { ticketAddress, ticketFor, Tickets } from './tickets.ts';

test('once, and for a minute', () => {
  const tickets = new Tickets('a token');
  const [first, second] = [ticketFor('a token', 1_000), ticketFor('a token', 1_000)];
  expect(tickets.take(first, 1_500)).toBe(true);
  expect(tickets.take(first, 1_600)).toBe(false);
  expect(tickets.take(second, 61_000)).toBe(false);
  expect(tickets.take(first, 61_000)).toBe(false);
  expect(tickets.take(ticketFor('a token', 2_000), 1_999)).toBe(false);
});

test('not another one, nor one that was changed', () => {
  const tickets = new Tickets('a token');
  const good = ticketFor('a token', 1_000);
  const [, nonce = '', mark = ''] = good.split('.');
  const bad = [ticketFor('b', 1_000), `2000.${nonce}.${mark}`, `1000.${nonce}`, `${good}x`, `.${good}`, '', '..', 'é'];
  for (const ticket of bad) expect(tickets.take(ticket, 2_500), ticket).toBe(false);
  expect(tickets.take(good, 2_500)).toBe(true);
});

test('an address with a ticket has the token no more', () => {
  const address = new URL(ticketAddress('http://127.0.0.1:8080/?token=abc#t=7&s=waits', 1_000));
  expect([address.origin, address.hash, [...address.searchParams.keys()]]).toEqual([
    'http://127.0.0.1:8080',
    '#t=7&s=waits',
    ['ticket'],
  ]);
  expect(new Tickets('abc').take(address.searchParams.get('ticket') ?? '', 2_000)).toBe(true);
});
