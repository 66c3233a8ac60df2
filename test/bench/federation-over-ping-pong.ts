/**
 * Barrier rounds/s of the federation over the ping-pong rate of two bare NATS clients, each party a process of its own.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type NatsAddress,
  connectNats,
  coordinate,
  launchFederates,
  openNatsServer,
  type Progress,
} from '@dragon/federation';
import { connect } from 'nats';
import { count, median, printRatio } from './figures.ts';
import { pingerPlan } from './pingers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Counted rounds or round trips, and those before them in which the processes warm up. */
const ROUNDS = 9_000;
const WARM_UP = 3_000;
const REPEATS = 5;

const entry = (file: URL): readonly [string, ...string[]] => [process.execPath, '--import', 'tsx', fileURLToPath(file)];

export async function federationOverPingPong(): Promise<void> {
  const server = await openNatsServer({ env: process.env, cacheFolder: join(ROOT, '.cache', 'nats-server') });
  if ('advice' in server) throw new Error(server.advice);
  try {
    const bare: number[] = [];
    const oneActive: number[] = [];
    const bothActive: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      bare.push(await pingPongRate(server.address));
      oneActive.push(await roundRate(server.address, 1));
      bothActive.push(await roundRate(server.address, 2));
    }
    const over = (rates: readonly number[]) => median(rates.map((rate, i) => rate / (bare[i] ?? rate)));
    console.log(`two bare NATS clients: ${count(median(bare))} round trips/s`);
    console.log(
      `federation of 2 processes, one with work in a round (grant, report, frame of events): ${count(median(oneActive))} rounds/s`,
    );
    console.log(`federation of 2 processes, both with work in every round: ${count(median(bothActive))} rounds/s`);
    printRatio('rounds over round trips, one with work', over(oneActive), 'at least 0.5', over(oneActive) >= 0.5);
    console.log(`rounds over round trips, both with work: ${over(bothActive).toFixed(2)}`);
  } finally {
    await server.stop();
  }
}

/** A client in this process and an echo in another. */
async function pingPongRate({ url, token }: NatsAddress): Promise<number> {
  const [program, ...args] = entry(new URL('./echo-process.ts', import.meta.url));
  const echo = spawn(program, args, {
    env: { ...process.env, BENCH_URL: url, BENCH_TOKEN: token ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const client = await connect({ servers: url, ...(token === undefined ? {} : { token }) });
  try {
    await once(echo.stdout, 'data');
    const payload = new Uint8Array(64);
    let left = ROUNDS + WARM_UP;
    let start = 0;
    await new Promise<void>((resolve) => {
      client.subscribe('bench.pong', {
        callback: () => {
          left -= 1;
          if (left === ROUNDS) start = performance.now();
          if (left === 0) resolve();
          else client.publish('bench.ping', payload);
        },
      });
      client.publish('bench.ping', payload);
    });
    return ROUNDS / ((performance.now() - start) / 1000);
  } finally {
    await client.close();
    echo.stdin.end();
    await once(echo, 'exit');
  }
}

/** Two agents in two processes that pass one ball or two. */
async function roundRate(address: NatsAddress, balls: 1 | 2): Promise<number> {
  const run = `bench-${randomUUID()}`;
  const commands = ['a', 'b'].map((name) => ({
    name,
    argv: entry(new URL('./pinger-process.ts', import.meta.url)),
    capacity: 1,
  }));
  const processes = launchFederates({ run, address, commands });
  const link = await connectNats(address, { name: 'bench' });
  try {
    let begun = { at: 0, rounds: 0 };
    const onProgress = ({ rounds }: Progress) => {
      if (begun.rounds === 0 && rounds >= WARM_UP) begun = { at: performance.now(), rounds };
    };
    const plan = pingerPlan(ROUNDS + WARM_UP, balls);
    const options = { run, plan, federates: 2, finders: [], onProgress, watchLost: processes.watchLost };
    const result = await coordinate(link, options);
    return (result.rounds - begun.rounds) / ((performance.now() - begun.at) / 1000);
  } finally {
    await processes.stop();
    await link.close();
  }
}
