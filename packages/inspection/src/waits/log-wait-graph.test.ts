/** Tests of the graphs of real kernels' logs. */
import { findingsJson, logFindings } from '@dragon/dmesg';
import { readKernelLog } from '@dragon/dmesg/io';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type LogDump, logTaskName, logWaitGraph } from './log-wait-graph.ts';

async function toldDump(file: string): Promise<LogDump> {
  const path = fileURLToPath(new URL(`../../../../test/kernel-logs/${file}`, import.meta.url));
  const { dumps, told } = findingsJson(file, logFindings(await readKernelLog(path)));
  const dump = dumps[told ?? -1];
  if (dump === undefined) throw new Error(`${file} tells no dump`);
  return dump;
}

const named = (dump: LogDump) => {
  const name = (id: string) => logTaskName(dump, Number(id));
  return logWaitGraph(dump).edges.map(
    ({ from, to, isFact, isParty }) => `${name(from)} ${isFact ? '->' : '-?'} ${name(to)}${isParty ? ' !' : ''}`,
  );
};

test('the deadlock of a mail: facts and the only ones that fit, in two cycles, and who waits behind them', async () => {
  const dump = await toldDump('mail-deadlock.txt');
  expect(named(dump)).toEqual([
    'kworker/0:0 -? scrub !',
    'kswapd0 -? kworker/0:0 !',
    'closer2 -? kworker/0:0',
    'scrub -> kswapd0 !',
    'scrub -> hog !',
    'hog -? kworker/0:0 !',
    'mount -> kswapd0',
    'mount -> hog',
    'umount -> kswapd0',
    'umount -> hog',
  ]);
  const { cycle, nodes, waiting } = logWaitGraph(dump);
  expect(cycle).toEqual(['7', '407', '43']);
  expect(nodes.filter(({ isParty }) => isParty)).toHaveLength(4);
  expect(waiting).toBe(7);
});

test('two that wait for each other by their lists of held locks; a stall has no cycle', async () => {
  expect(named(await toldDump('locks-held-abba.txt'))).toEqual(['one -> two !', 'two -> one !']);
  const stall = await toldDump('holder-runs.txt');
  expect(named(stall)).toEqual(['clone -> kswapd0', 'umount -> kswapd0']);
  expect(logWaitGraph(stall).cycle).toEqual([]);
});

test('of many tasks those in the way come first, and no more are drawn than can be seen', async () => {
  const dump = await toldDump('linux-6.1.192.txt');
  const { nodes, edges, left } = logWaitGraph(dump);
  expect(nodes.length).toBeLessThanOrEqual(40);
  expect(nodes.findIndex(({ isHolder }) => !isHolder)).toBe(nodes.filter(({ isHolder }) => isHolder).length);
  expect(left).toBe(0);
  const ids = new Set(nodes.map(({ id }) => id));
  expect(edges.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
});
