/** The duties of every link: the same tests for memory and for a real nats-server. */
import { afterEach, describe, expect, inject, test } from 'vitest';
import type { Link } from './link.ts';
import { MemoryHub } from './memory-link.ts';
import { connectNats } from './nats-link.ts';

interface Network {
  readonly name: string;
  /** Returns a function that makes links which reach each other. */
  readonly open: () => () => Promise<Link>;
}

const NETWORKS: readonly Network[] = [
  {
    name: 'MemoryLink',
    open: () => {
      const hub = new MemoryHub();
      return () => Promise.resolve(hub.link());
    },
  },
  { name: 'NatsLink', open: () => () => connectNats(inject('natsAddress')) },
];

let subjects = 0;
const newSubject = () => `test.link.${process.pid}.${(subjects += 1)}`;

describe.each(NETWORKS)('$name', ({ open }) => {
  const opened: Link[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((link) => link.close()));
  });
  const pair = async () => {
    const connect = open();
    const [a, b] = [await connect(), await connect()];
    opened.push(a, b);
    return [a, b] as const;
  };
  /** Everything that was published has arrived when a message of the same sender has. */
  const settle = async (from: Link, to: Link) => {
    const subject = newSubject();
    const arrived = new Promise<void>((resolve) => to.subscribe(subject, () => resolve()));
    await to.flush();
    from.publish(subject, new Uint8Array());
    await arrived;
  };

  test('delivers to every subscriber of the subject, in order, and to no other', async () => {
    const [a, b] = await pair();
    const [here, there] = [newSubject(), newSubject()];
    const got: Record<string, number[]> = { a: [], b: [], other: [] };
    a.subscribe(here, ([byte = 0]) => got['a']?.push(byte));
    b.subscribe(here, ([byte = 0]) => got['b']?.push(byte));
    b.subscribe(there, ([byte = 0]) => got['other']?.push(byte));
    await Promise.all([a.flush(), b.flush()]);
    const bytes = Array.from({ length: 200 }, (_, index) => index);
    for (const byte of bytes) a.publish(here, new Uint8Array([byte]));
    await Promise.all([settle(a, a), settle(a, b)]);
    expect(got).toEqual({ a: bytes, b: bytes, other: [] });
  });

  test('never calls a handler from inside publish', async () => {
    const [a] = await pair();
    const subject = newSubject();
    let called = false;
    a.subscribe(subject, () => {
      called = true;
    });
    await a.flush();
    a.publish(subject, new Uint8Array([1]));
    expect(called).toBe(false);
    await settle(a, a);
    expect(called).toBe(true);
  });

  test('hands over bytes that stay as they are', async () => {
    const [a, b] = await pair();
    const subject = newSubject();
    const kept: Uint8Array[] = [];
    b.subscribe(subject, (bytes) => kept.push(bytes));
    await b.flush();
    for (let round = 0; round < 50; round += 1) a.publish(subject, new Uint8Array(2_000).fill(round));
    await settle(a, b);
    kept[0]?.fill(99);
    expect(kept.slice(1).map((bytes) => [bytes[0], bytes[1_999]])).toEqual(
      Array.from({ length: 49 }, (_, index) => [index + 1, index + 1]),
    );
  });

  test('carries a message of the full payload, and an empty one', async () => {
    const [a, b] = await pair();
    const subject = newSubject();
    const lengths: number[] = [];
    b.subscribe(subject, (bytes) => lengths.push(bytes.length));
    await b.flush();
    a.publish(subject, new Uint8Array(a.maxPayload));
    a.publish(subject, new Uint8Array());
    await settle(a, b);
    expect(lengths).toEqual([a.maxPayload, 0]);
  });

  test('delivers nothing after the subscription was stopped', async () => {
    const [a, b] = await pair();
    const subject = newSubject();
    let count = 0;
    const stop = b.subscribe(subject, () => {
      count += 1;
    });
    await b.flush();
    a.publish(subject, new Uint8Array());
    await settle(a, b);
    stop();
    stop();
    a.publish(subject, new Uint8Array());
    await settle(a, b);
    expect(count).toBe(1);
  });

  test('publishing on a closed link does nothing, flushing it rejects', async () => {
    const [a] = await pair();
    await a.close();
    a.publish(newSubject(), new Uint8Array());
    await expect(a.flush()).rejects.toMatchObject({ code: 'link-lost' });
  });
});

describe('MemoryHub', () => {
  const faulty = async (seed: number) => {
    const hub = new MemoryHub({ faults: { seed, drop: 0.2, duplicate: 0.2, reorder: 0.2 } });
    const [a, b] = [hub.link(), hub.link()];
    const got: number[] = [];
    b.subscribe('s', ([byte = 0]) => got.push(byte));
    for (let byte = 0; byte < 100; byte += 1) a.publish('s', new Uint8Array([byte]));
    for (let round = 0; round < 10; round += 1) await hub.delivered();
    return got;
  };

  test('loses, doubles and reorders as the seed says', async () => {
    const got = await faulty(1);
    expect(new Set(got).size).toBeLessThan(95);
    expect(got.length).toBeGreaterThan(new Set(got).size);
    expect(got).not.toEqual(got.toSorted((a, b) => a - b));
    expect(await faulty(1)).toEqual(got);
    expect(await faulty(2)).not.toEqual(got);
  });

  test('a link that is cut says so once and is closed', async () => {
    const link = new MemoryHub().link();
    const troubles: string[] = [];
    link.onTrouble(({ kind }) => troubles.push(kind));
    link.cut();
    expect(troubles).toEqual(['lost']);
    await expect(link.flush()).rejects.toMatchObject({ code: 'link-lost' });
  });
});
