/** Processes of federates are started a few at a time, and all that were started are ended. */
import { expect, test } from 'vitest';
import { launchFederates } from './launch.ts';

const address = { url: 'nats://127.0.0.1:1' };
/** Ends when its standard input does. */
const command = (name: string) => ({ name, argv: ['/bin/sh', '-c', 'read _'] as const });
const launch = (atOnce?: number) =>
  launchFederates({ run: 'r', address, atOnce, commands: ['a', 'b', 'c', 'd', 'e'].map(command) });

test('who has come makes room for the next', async () => {
  const lost: string[] = [];
  const launched = launch(2);
  const { pids } = launched;
  launched.watchLost((name) => lost.push(name));
  expect([...pids.keys()]).toEqual(['a', 'b']);
  launched.hasCome('b');
  launched.hasCome('b');
  launched.hasCome('nobody');
  expect([...pids.keys()]).toEqual(['a', 'b', 'c']);
  for (const name of ['a', 'c', 'd']) launched.hasCome(name);
  expect([...pids.keys()]).toEqual(['a', 'b', 'c', 'd', 'e']);
  await launched.stop();
  for (const pid of pids.values()) expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  expect(lost).toEqual([]);
});

test('when it is over nobody starts any more', async () => {
  const launched = launch(1);
  const { pids } = launched;
  await launched.stop();
  launched.hasCome('a');
  expect([...pids.keys()]).toEqual(['a']);
});

test('without a limit all start together, and one that ends unasked is lost', async () => {
  const launched = launch();
  const { pids } = launched;
  expect(pids.size).toBe(5);
  const lost = new Promise<string>((resolve) => launched.watchLost((name, why) => resolve(`${name}: ${why}`)));
  process.kill(pids.get('d') ?? 0, 'SIGKILL');
  expect(await lost).toBe(`d: its process ${pids.get('d')} was killed by SIGKILL`);
  await launched.stop();
});
