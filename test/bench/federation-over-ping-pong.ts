/**
 * The bench `federation`: barrier rounds/s over the ping-pong rate of two bare NATS clients, each party a process of
 * its own; and how many rounds an event costs.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  connectNats,
  coordinate,
  launchFederates,
  type NatsAddress,
  openNatsServer,
  type Progress,
} from '@dragon/federation';
import { connect } from 'nats';
import type { Bench, Conditions } from './bench.ts';
import { benchProgram, ROOT } from './bench-programs.ts';
import { type Figure, median, ratio } from './figure.ts';
import { pingerPlan } from './pingers.ts';
import { roundsAnEvent } from './rounds-an-event.ts';
import { takeRounds } from './take-rounds.ts';

/** Counted rounds or round trips, and those before them in which the processes warm up. */
interface Count {
  readonly warm: number;
  readonly counted: number;
}

const BARE = 'round trips of two bare NATS clients';

export const federationOverPingPong: Bench = {
  name: 'federation',
  about: 'rounds of a federation over bare NATS ping-pong; rounds an event on 8 federates',
  seconds: 60,
  async measure(conditions) {
    const rounds = await roundsAnEvent(conditions);
    const server = await openNatsServer({ env: process.env, cacheFolder: join(ROOT, '.cache', 'nats-server') });
    if ('advice' in server) return { figures: rounds, leftOut: [server.advice] };
    try {
      return { figures: [...(await overPingPong(server.address, conditions)), ...rounds], leftOut: [] };
    } finally {
      await server.stop();
    }
  },
};

async function overPingPong(address: NatsAddress, { box, quick, signal }: Conditions): Promise<Figure[]> {
  const count = quick ? { warm: 10, counted: 50 } : { warm: 3_000, counted: 6_000 };
  const { bare, one, both } = await takeRounds(
    { box, most: quick ? 1 : 7, signal, cold: quick },
    {
      bare: () => pingPongRate(address, count, signal),
      one: () => roundRate(address, count, 1, signal),
      both: () => roundRate(address, count, 2, signal),
    },
  );
  return [
    {
      name: 'federation.one-over-bare',
      about: '2 processes, one with work in a round',
      ...ratio(one, bare),
      unit: 'x',
      against: BARE,
      goal: { better: 'higher', reach: 0.5, aim: 0.8 },
    },
    {
      name: 'federation.both-over-bare',
      about: '2 processes, both with work in each round',
      ...ratio(both, bare),
      unit: 'x',
      against: BARE,
    },
    {
      name: 'federation.rounds',
      about: 'rounds/s, one of 2 processes with work',
      ...median(one),
      unit: '/s',
      against: 'wall time',
    },
    { name: 'federation.round-trips', about: BARE, ...median(bare), unit: '/s', against: 'wall time' },
  ];
}

/** Returns the round trips/s of a client in this process and an echo in another. */
async function pingPongRate(
  { url, token }: NatsAddress,
  { warm, counted }: Count,
  signal: AbortSignal,
): Promise<number> {
  const [program, ...args] = await benchProgram('echo-process');
  const echo = spawn(program, args, {
    env: { ...process.env, BENCH_URL: url, BENCH_TOKEN: token ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
  });
  // When time is over it ends, and that is known already.
  echo.on('error', () => undefined);
  const client = await connect({ servers: url, ...(token === undefined ? {} : { token }) });
  try {
    await once(echo.stdout, 'data', { signal });
    const payload = new Uint8Array(64);
    let left = warm + counted;
    let start = 0;
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      client.subscribe('bench.pong', {
        callback: () => {
          left -= 1;
          if (left === counted) start = performance.now();
          if (left === 0) resolve();
          else client.publish('bench.ping', payload);
        },
      });
      client.publish('bench.ping', payload);
    });
    return (1_000 * counted) / (performance.now() - start);
  } finally {
    await client.close();
    echo.stdin.end();
    if (echo.exitCode === null && echo.signalCode === null) await once(echo, 'exit');
  }
}

/** Returns the rounds/s of two agents in two processes that pass one ball or two. */
async function roundRate(
  address: NatsAddress,
  { warm, counted }: Count,
  balls: 1 | 2,
  signal: AbortSignal,
): Promise<number> {
  const run = `bench-${randomUUID()}`;
  const argv = await benchProgram('pinger-process');
  const commands = ['a', 'b'].map((name) => ({ name, argv, capacity: 1 }));
  const processes = launchFederates({ run, address, commands });
  const link = await connectNats(address, { name: 'bench' });
  try {
    let begun = { at: 0, rounds: 0 };
    const onProgress = ({ rounds }: Progress): void => {
      if (begun.rounds === 0 && rounds >= warm) begun = { at: performance.now(), rounds };
    };
    const plan = pingerPlan(warm + counted, balls);
    const options = { run, plan, federates: 2, finders: [], onProgress, watchLost: processes.watchLost, signal };
    const result = await coordinate(link, options);
    return (1_000 * (result.rounds - begun.rounds)) / (performance.now() - begun.at);
  } finally {
    await processes.stop();
    await link.close();
  }
}
