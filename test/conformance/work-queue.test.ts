/** The queue of work: what a host does not finish another one does, each reply counts once, and nothing is left. */
import { randomBytes } from 'node:crypto';
import { inject, test, type TestContext } from 'vitest';
import { connectNats, HostRoll, HostService, type NatsLink, WorkHandout } from '@dragon/federation';

const program = { version: 'dragon 1', sources: 'abc' };

/** The hosts and commands of a test: with a key of their own, they do not hear those of others that go on meanwhile. */
function group({ onTestFinished }: TestContext) {
  const key = randomBytes(16).toString('hex');

  async function connected(): Promise<NatsLink> {
    const link = await connectNats(inject('natsAddress'), { name: 'work queue test' });
    onTestFinished(() => link.close());
    return link;
  }

  /** A host that doubles numbers; it cannot do 13. */
  async function doubling(name: string, silenceMs?: number) {
    const said: string[] = [];
    const done: unknown[] = [];
    const link = await connected();
    const service = new HostService(link, {
      key,
      name,
      capacity: 2,
      program,
      startFederate: () => ({ ended: Promise.resolve('no'), stop: () => Promise.resolve() }),
      openWork: (caller) => link.openWorkSource(caller),
      perform: (order) => {
        done.push(order);
        return Promise.resolve(order === 13 ? undefined : { twice: Number(order) * 2 });
      },
      onNotice: (text) => said.push(text),
      silenceMs,
    });
    onTestFinished(() => service.close());
    await link.flush();
    return { service, said, done };
  }

  async function command(ackWaitMs?: number) {
    const link = await connected();
    const roll = new HostRoll(link, { key, program, onNotice: () => undefined, hasWork: true });
    onTestFinished(() => roll.close());
    const queue = await link.openWorkQueue(roll.caller, ackWaitMs);
    onTestFinished(() => queue.remove().catch(() => undefined));
    const handout = new WorkHandout({ key, link, roll, queue });
    const replies: [index: number, reply: unknown][] = [];
    handout.listen(
      (index, reply) => replies.push([index, reply]),
      () => undefined,
    );
    return { link, roll, queue, handout, replies };
  }

  return { connected, doubling, command };
}

// They wait more than they work.
test.concurrent('each order comes back once, from whichever host, and hosts have room again', async (context) => {
  const { expect } = context;
  const { doubling, command } = group(context);
  const hosts = await Promise.all([doubling('a'), doubling('b')]);
  const { handout, replies, roll } = await command();
  await expect.poll(() => roll.hosts.length).toBe(2);
  expect(handout.room).toBe(8);
  const orders = Array.from({ length: 40 }, (_, index) => index + 100);
  for (const [index, order] of orders.entries()) handout.give(index, order);
  await expect.poll(() => replies.length).toBe(orders.length);
  expect(replies.toSorted(([a], [b]) => a - b)).toEqual(orders.map((order, index) => [index, { twice: order * 2 }]));
  expect(handout.room).toBe(8);
  // A host counts what the command has told it to have.
  await expect.poll(() => hosts.reduce((sum, { service }) => sum + service.standing.made, 0)).toBe(orders.length);
});

test.concurrent('what is not sealed is refused, and what is doubled counts once', async (context) => {
  const { expect } = context;
  const { doubling, command } = group(context);
  const { said, done } = await doubling('a');
  const { handout, replies, roll, queue, link } = await command();
  const seen: Uint8Array[] = [];
  link.subscribe(`dragon-work.${roll.caller}`, (bytes) => seen.push(bytes));
  await link.flush();
  handout.give(0, 13);
  handout.give(1, 7);
  await expect.poll(() => replies).toEqual([[1, { twice: 14 }]]);
  const [sealed] = seen.slice(-1);
  if (sealed === undefined) throw new Error('nothing was seen');
  await queue.put(sealed);
  await queue.put(sealed.map((byte, index) => (index === sealed.length - 1 ? byte ^ 1 : byte)));
  await queue.put(new Uint8Array(100));
  await expect.poll(() => said[0]).toContain('not sealed with the key of these hosts (DRAGON_RUN_KEY)');
  await expect.poll(() => done).toHaveLength(3);
  expect(done.filter((order) => order === 7)).toHaveLength(2);
  // What no host can do is not tried again, and is left to the command.
  expect(replies).toEqual([[1, { twice: 14 }]]);
  expect(handout.room).toBe(3);
});

test.concurrent('what a host has taken and does not finish is given to another, unless it says that it works on it', async (context) => {
  const { expect } = context;
  const { command } = group(context);
  const { roll, queue, link } = await command(700);
  await queue.put(new Uint8Array([7]));
  const [dies, lives] = [await link.openWorkSource(roll.caller), await link.openWorkSource(roll.caller)];
  const taken = await dies.next();
  expect([taken?.bytes, taken?.deliveries]).toEqual([new Uint8Array([7]), 1]);
  const beat = setInterval(() => taken?.working(), 100);
  expect(await lives.next()).toBeUndefined();
  clearInterval(beat);
  const again = await lives.next();
  expect([again?.bytes, again?.deliveries]).toEqual([new Uint8Array([7]), 2]);
  again?.ack();
});

test.concurrent('of a command that is gone a host removes the queue', async (context) => {
  const { expect } = context;
  const { connected, doubling, command } = group(context);
  const { service } = await doubling('a', 500);
  const { roll, link, handout, replies } = await command();
  await expect.poll(() => roll.hosts.length).toBe(1);
  handout.give(0, 1);
  await expect.poll(() => replies.length).toBe(1);
  const other = await connected();
  // As a process does that is killed: it says nothing more.
  await link.close();
  await expect
    .poll(() =>
      other.openWorkSource(roll.caller).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone');
  expect(service.standing).toEqual({ federates: 0, making: 0, made: 1 });
});
