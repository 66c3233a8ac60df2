/** A process that starts federates and a server and then waits to be killed: what it started must go with it. */
import { findNatsBinary, launchFederates, type NatsAddress, startNatsServer } from '@dragon/federation';
import { toyProcess } from './federation-runs.ts';

const address = JSON.parse(process.env['LAUNCHER_ADDRESS'] ?? '') as NatsAddress;
const commands = ['a', 'b', 'c'].map((name) => toyProcess(name));
const launched = launchFederates({ run: process.env['LAUNCHER_RUN'] ?? '', address, commands });
const binary = await findNatsBinary({ env: process.env, cacheFolder: '.cache/nats-server' });
if (binary.kind === 'not-found') throw new Error(binary.advice);
const server = await startNatsServer({ binary: binary.path });
console.log(JSON.stringify([...launched.pids.values(), server.pid]));
setInterval(() => {}, 1_000);
