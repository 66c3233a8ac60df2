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
  const { pids, hasCome, watchLost, stop } = launch(2);
  watchLost((name) => lost.push(name));
  expect([...pids.keys()]).toEqual(['a', 'b']);
  hasCome('b');
  hasCome('b');
  hasCome('nobody');
  expect([...pids.keys()]).toEqual(['a', 'b', 'c']);
  for (const name of ['a', 'c', 'd']) hasCome(name);
  expect([...pids.keys()]).toEqual(['a', 'b', 'c', 'd', 'e']);
  await stop();
  for (const pid of pids.values()) expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  expect(lost).toEqual([]);
});

test('when it is over nobody starts any more', async () => {
  const { pids, hasCome, stop } = launch(1);
  await stop();
  hasCome('a');
  expect([...pids.keys()]).toEqual(['a']);
});

test('without a limit all start together, and one that ends unasked is lost', async () => {
  const { pids, watchLost, stop } = launch();
  expect(pids.size).toBe(5);
  const lost = new Promise<string>((resolve) => watchLost((name, why) => resolve(`${name}: ${why}`)));
  process.kill(pids.get('d') ?? 0, 'SIGKILL');
  expect(await lost).toBe(`d: its process ${pids.get('d')} was killed by SIGKILL`);
  await stop();
});
