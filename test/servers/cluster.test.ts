/**
 * A cluster of three servers: a run whose parts are at different ones has the digest of one process, also when one of
 * them is killed in the middle of it.
 */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectNats, type FederationError, type NatsLink, publicUrl } from '../../packages/federation/src/index.ts';
import { expectSame, inFederation, inOneProcess } from '../conformance/federation-runs.ts';
import { toyPlan } from '../conformance/federation-toys.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const TOKEN = 'a-token-of-the-cluster';
const PLAN = toyPlan({ seed: 61, lockers: 0, until: 1_000_000 });

const servers: ServerProcess[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

/** Starts three servers, each of which knows the others' addresses, and tells them to whoever comes. */
async function startCluster(): Promise<readonly [ServerProcess, ServerProcess, ServerProcess]> {
  const config = [`authorization { token: "${TOKEN}" }`];
  const first = await startServer(config, { routes: [] });
  servers.push(first);
  const routes = first.route === undefined ? [] : [first.route];
  const [second, third] = await Promise.all([startServer(config, { routes }), startServer(config, { routes })]);
  servers.push(second, third);
  const cluster = [first, second, third] as const;
  for (const server of cluster)
    while ((await addressesTold(server)) < cluster.length) await new Promise((resolve) => setTimeout(resolve, 20));
  return cluster;
}

/** Returns how many servers a client is told of when it connects. */
async function addressesTold({ port }: ServerProcess): Promise<number> {
  const socket = createConnection({ host: '127.0.0.1', port });
  const [greeting] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  const info = JSON.parse(String(greeting).slice('INFO '.length)) as { readonly connect_urls?: readonly string[] };
  return info.connect_urls?.length ?? 0;
}

const urlOf = ({ port }: ServerProcess) => `nats://127.0.0.1:${port}`;

test('a server of three is killed in the middle of a run: who was there goes on at another, and the digest is the same', async () => {
  const cluster = await startCluster();
  const [first] = cluster;
  const all = cluster.map(urlOf).join(',');
  const troubles: string[] = [];
  let links = 0;
  // The coordinator knows one server alone, and hears of the others there; the federates know all.
  const link = async (): Promise<NatsLink> => {
    const own = await connectNats({ url: links === 0 ? urlOf(first) : all, token: TOKEN });
    if (links === 0) own.onTrouble(({ kind }) => troubles.push(kind));
    links += 1;
    return own;
  };
  let reports = 0;
  const onProgress = () => {
    reports += 1;
    if (reports === 3) first.child.kill('SIGKILL');
  };
  expectSame(await inFederation(PLAN, 4, link, { onProgress }), inOneProcess(PLAN));
  expect(troubles).toEqual(['disconnected', 'reconnected']);
  expect(reports).toBeGreaterThan(3);
});

test('with the last server gone, the run ends with one line', async () => {
  const cluster = await startCluster();
  const address = { url: cluster.map(urlOf).join(','), token: TOKEN };
  const link = () => connectNats(address, { reconnectMs: 200 });
  let reports = 0;
  const onProgress = () => {
    reports += 1;
    if (reports === 3) for (const { child } of cluster) child.kill('SIGKILL');
  };
  const { code, message } = await inFederation(PLAN, 2, link, { onProgress }).then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as FederationError,
  );
  expect([code, message]).toEqual(['link-lost', `lost the NATS server at ${publicUrl(address.url)} (no connection)`]);
});
