/**
 * A run on two federates and a coordinator over a real server, all of them in this process, so that what each turn
 * costs is seen whole: with checkpoints and a journal, or without.
 */
import { randomUUID } from 'node:crypto';
import { connectNats, coordinate, type NatsAddress, type Recovery, runFederate } from '@dragon/federation';
import { reportFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { takeTurns } from './take-turns.ts';

/** What a run cost, in seconds, and what came of it. */
export interface RecoveryTurn {
  readonly cpu: number;
  readonly wall: number;
  readonly digest: string;
}

const [texts = '', address = ''] = process.argv.slice(2);
const plan = requestRun(readRun(JSON.parse(texts) as Parameters<typeof readRun>[0])).plan();
const NAMES = ['f0', 'f1'];
/** Four times as often as else, so that there are some in a turn. */
const EVERY_MS = 500;

await takeTurns(async (order) => {
  const run = `bench-${randomUUID()}`;
  const [own, ...links] = await Promise.all(['c', ...NAMES].map(() => connectNats(JSON.parse(address) as NatsAddress)));
  if (own === undefined) throw new Error('there are three links');
  const recovery: Recovery | undefined =
    order === 'on' ? { store: await own.openStore(run), everyMs: EVERY_MS } : undefined;
  const [started, before] = [performance.now(), process.cpuUsage()];
  const ended = links.map((link, index) =>
    runFederate(link, {
      run,
      name: NAMES[index] ?? '',
      definitions: DEFINITIONS,
      openStore: () => link.openStore(run),
    }),
  );
  const { finders } = reportFinders(plan);
  const { digest } = await coordinate(own, { run, plan, finders, federates: NAMES, recovery });
  const { user, system } = process.cpuUsage(before);
  const wall = (performance.now() - started) / 1_000;
  await Promise.all(ended);
  await Promise.all([own, ...links].map((link) => link.close()));
  return { cpu: (user + system) / 1e6, wall, digest } satisfies RecoveryTurn;
});
