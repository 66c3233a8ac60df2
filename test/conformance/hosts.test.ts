/** Hosts that have joined: a run shared out over them is that of one process, and nobody without the key is heard. */
import { afterEach, expect, test } from 'vitest';
import {
  FederationError,
  HostRoll,
  HostService,
  type Launched,
  launchOnHosts,
  type Link,
  MemoryHub,
  runFederate,
} from '@dragon/federation';
import { byKind, coordinateHere, expectSame, inOneProcess, newRun, QUICK } from './federation-runs.ts';
import { toyPlan } from './federation-toys.ts';

const KEY = 'the key of all hosts';
const program = { version: 'dragon 1', sources: 'abc' };
const signal = new AbortController().signal;

const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** Remembers everything that was said. */
class TappedHub extends MemoryHub {
  readonly heard: { readonly subject: string; readonly bytes: Uint8Array }[] = [];

  override publish(subject: string, bytes: Uint8Array): void {
    this.heard.push({ subject, bytes });
    super.publish(subject, bytes);
  }
}

interface Started {
  readonly run: string;
  readonly federate: string;
}

/** A host whose federates are of this process. */
function host(hub: MemoryHub, name: string, of: { key?: string; sources?: string; capacity?: number } = {}) {
  const { key = KEY, sources = program.sources, capacity = 1 } = of;
  const started: Started[] = [];
  const said: string[] = [];
  const service = new HostService(hub.link(), {
    key,
    name,
    capacity,
    program: { ...program, sources },
    startFederate: (run, federate) => {
      started.push({ run, federate });
      const stop = new AbortController();
      const options = { run, key, name: federate, definitions: byKind, ...QUICK, signal: stop.signal };
      const ended = runFederate(hub.link(), options).then(
        () => 'its process exited with code 0',
        (error: Error) => error.message,
      );
      return { ended, stop: async () => (stop.abort(), void (await ended)) };
    },
    openWork: () => Promise.reject(new Error('there is no queue in this process')),
    perform: () => Promise.resolve(undefined),
    onNotice: (text) => said.push(text),
  });
  open.push(service);
  return { service, started, said };
}

function roll(link: Link, key = KEY) {
  const said: string[] = [];
  const heard = new HostRoll(link, { key, program, onNotice: (text) => said.push(text) });
  open.push(heard);
  return { roll: heard, said };
}

/** Launches a federate on each of `count` hosts. */
async function onHosts(of: HostRoll, run: string, count: number): Promise<Launched & { readonly names: string[] }> {
  const there = await of.whenThere(count, { withinMs: 5_000, signal });
  const names = there.map((_, index) => `host-${index + 1}`);
  const launched = launchOnHosts(of, run, new Map(there.map((each, index) => [names[index] ?? '', each])));
  open.push({ close: launched.stop });
  return { ...launched, names };
}

const coordinated = (hub: MemoryHub, run: string, { names, hasCome, watchLost }: Awaited<ReturnType<typeof onHosts>>) =>
  coordinateHere(hub.link(), {
    run,
    plan: toyPlan({ seed: 7 }),
    key: KEY,
    federates: names,
    onHello: hasCome,
    watchLost,
    ...QUICK,
  });

test('a run on three hosts is that of one process', async () => {
  const hub = new MemoryHub();
  const hosts = ['a', 'b', 'c'].map((name) => host(hub, name));
  const run = newRun();
  const launched = await onHosts(roll(hub.link()).roll, run, 3);
  expectSame(await coordinated(hub, run, launched), inOneProcess(toyPlan({ seed: 7 })));
  expect(hosts.map(({ started }) => started.length)).toEqual([1, 1, 1]);
  expect(hosts.flatMap(({ said }) => said)).toEqual([]);
});

test('a host that leaves ends the run, by its name', async () => {
  const hub = new MemoryHub();
  const [a] = ['a', 'b'].map((name) => host(hub, name));
  const run = newRun();
  const launched = await onHosts(roll(hub.link()).roll, run, 2);
  const ended = coordinated(hub, run, launched).catch((error: unknown) => error);
  await a?.service.close();
  const error = await ended;
  expect(error).toBeInstanceOf(FederationError);
  expect((error as Error).message).toMatch(/federate host-1 is lost: (?:its host a has left|on host a, )/);
});

test('of another key, of another version, without room: given nothing, and told of', async () => {
  const hub = new MemoryHub();
  const stranger = host(hub, 'stranger', { key: 'another key of hosts' });
  const old = host(hub, 'old', { sources: 'older' });
  host(hub, 'full', { capacity: 0 });
  host(hub, 'good');
  const { roll: of, said } = roll(hub.link());
  const why = await of.whenThere(2, { withinMs: 700, signal }).catch((error: Error) => error.message);
  expect(why).toBe(
    '1 of 2 hosts with room joined within 0.7 s, 1 without room, 1 of another version: start dragon join there with the same DRAGON_RUN_KEY',
  );
  expect(of.hosts.map(({ name }) => name)).toEqual(['good', 'full']);
  expect(said).toEqual([
    'host old is of another version and is given nothing: dragon 1 (sources older) there, dragon 1 (sources abc) here',
  ]);
  expect(old.said).toEqual([
    'a command of another version has called and gives nothing to this host: dragon 1 (sources abc) there, dragon 1 (sources older) here',
  ]);
  expect(stranger.said).toEqual([]);
});

test('an order that is played again starts nothing, and a forged one is not heard', async () => {
  const hub = new TappedHub();
  const { started, said, service } = host(hub, 'a', { capacity: 4 });
  const { roll: of } = roll(hub.link());
  const run = newRun();
  const launched = await onHosts(of, run, 1);
  await expect.poll(() => started).toEqual([{ run, federate: 'host-1' }]);
  const order = hub.heard.find(({ subject }) => subject.startsWith('dragon-hosts.host.'));
  await launched.stop();
  await expect.poll(() => service.standing.federates).toBe(0);
  const { subject = '', bytes = new Uint8Array() } = order ?? {};
  const link = hub.link();
  link.publish(subject, bytes);
  link.publish(
    subject,
    bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)),
  );
  await expect.poll(() => said).toHaveLength(1);
  expect(said[0]).toContain('not sealed with the key');
  expect(started).toHaveLength(1);
});
