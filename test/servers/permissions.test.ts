/**
 * The permissions that are shipped, at a real server: each part of a run can do its work and nothing else, and what it
 * is not allowed ends a run at once.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { explainFailure } from '../../packages/cli/src/failure.ts';
import {
  connectNats,
  FederationError,
  type NatsAddress,
  HostRoll,
  HostService,
  type NatsLink,
  runFederate,
  watchRun,
  WorkHandout,
} from '../../packages/federation/src/index.ts';
import { newFolder, ROOT } from '../e2e/dragon-process.ts';
import {
  byKind,
  coordinateHere,
  expectSame,
  inFederation,
  inOneProcess,
  newRun,
  QUICK,
} from '../conformance/federation-runs.ts';
import { toyPlan } from '../conformance/federation-toys.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const ROLES = ['coordinator', 'federate', 'host', 'watcher', 'alone'] as const;
type Role = (typeof ROLES)[number];

const PLAN = toyPlan({ seed: 51 });
const passwordOf = (role: Role) => `the-password-of-${role}`;

let server: ServerProcess;
let folder: string;

beforeAll(async () => {
  const config = readFileSync(join(ROOT, 'deploy/nats/permissions.conf'), 'utf8');
  const env = Object.fromEntries(ROLES.map((role) => [`DRAGON_${role.toUpperCase()}_PASSWORD`, passwordOf(role)]));
  folder = newFolder();
  server = await startServer([config, `jetstream: { store_dir: "${folder}" }`], { env });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const addressOf = (role: Role): NatsAddress => ({
  url: `nats://127.0.0.1:${server.port}`,
  user: role,
  pass: passwordOf(role),
});

const asRole = (role: Role) => connectNats(addressOf(role));

const RUN = ['all', 'coordinator', 'control.f1', 'events.f1', 'watchers', 'watch.w1'].map(
  (each) => `dragon.r1.${each}`,
);
const HOSTS = ['all.g1', 'host.h1', 'caller.c1'].map((each) => `dragon-hosts.${each}`);
const INBOX = '_INBOX.1';
/** What JetStream is asked of the stream of a command. */
const STREAM = {
  info: '$JS.API.INFO',
  create: '$JS.API.STREAM.CREATE.dragon-work-c1',
  remove: '$JS.API.STREAM.DELETE.dragon-work-c1',
  consume: '$JS.API.CONSUMER.CREATE.dragon-work-c1.hosts',
  look: '$JS.API.CONSUMER.INFO.dragon-work-c1.hosts',
  next: '$JS.API.CONSUMER.MSG.NEXT.dragon-work-c1.hosts',
  ack: '$JS.ACK.dragon-work-c1.hosts.1.1.1.1.0',
} as const;
const ORDERS = 'dragon-work.c1';
const HANDING_OUT = [ORDERS, STREAM.info, STREAM.create, STREAM.remove, STREAM.consume];
const TAKING = [STREAM.info, STREAM.look, STREAM.next, STREAM.ack, STREAM.remove];
/** What nobody needs. */
const OTHERS = [
  'dragon.r1.other',
  'dragon.>',
  '>',
  '$SYS.REQ.SERVER.PING',
  '$JS.API.STREAM.PURGE.dragon-work-c1',
  '$JS.API.STREAM.MSG.GET.dragon-work-c1',
  '$JS.API.STREAM.LIST',
  '$JS.API.CONSUMER.CREATE.dragon-work-c1.another',
  '$JS.API.CONSUMER.MSG.NEXT.dragon-work-c1.another',
];
const SUBJECTS = [...RUN, ...HOSTS, ...OTHERS, INBOX, ORDERS, ...Object.values(STREAM)];

/** What nobody may do. */
const FORBIDDEN = 'forbidden';

/** Returns where the link may publish and to what it may subscribe, of all these subjects. */
async function allowed(link: NatsLink): Promise<{ readonly publish: string[]; readonly subscribe: string[] }> {
  const denied = new Set<string>();
  // What the server says comes in the order of what it was asked.
  const heard = new Promise<void>((resolve) => {
    link.onTrouble(({ kind, text }) => {
      denied.add(`${kind}: ${text}`);
      if (text.endsWith(` ${FORBIDDEN}`)) resolve();
    });
  });
  // Where a wildcard stands for all, only subscribing makes sense.
  for (const subject of SUBJECTS) {
    if (!subject.includes('>')) link.publish(subject, new Uint8Array());
    link.subscribe(subject, () => undefined);
  }
  link.publish(FORBIDDEN, new Uint8Array());
  await heard;
  const may = (what: string, subject: string) =>
    !denied.has(`denied: the NATS server at nats://127.0.0.1:${server.port} does not let us ${what} to ${subject}`);
  return {
    publish: SUBJECTS.filter((subject) => !subject.includes('>') && may('publish', subject)),
    subscribe: SUBJECTS.filter((subject) => may('subscribe', subject)),
  };
}

const inRun = (...names: readonly string[]) => names.map((name) => `dragon.r1.${name}`);
const ofHosts = (...names: readonly string[]) => names.map((name) => `dragon-hosts.${name}`);

const FEDERATE = {
  publish: inRun('coordinator', 'control.f1', 'events.f1', 'watch.w1'),
  subscribe: inRun('all', 'control.f1', 'events.f1'),
};

test.each<[Role, publish: string[], subscribe: string[]]>([
  [
    'coordinator',
    [...inRun('all', 'control.f1', 'watchers'), ...ofHosts('all.g1', 'host.h1'), ...HANDING_OUT],
    [...inRun('coordinator'), ...ofHosts('caller.c1'), INBOX],
  ],
  ['federate', FEDERATE.publish, FEDERATE.subscribe],
  [
    'host',
    [...FEDERATE.publish, ...ofHosts('caller.c1'), ...TAKING],
    [...FEDERATE.subscribe, ...ofHosts('all.g1', 'host.h1'), INBOX],
  ],
  ['watcher', inRun('all', 'coordinator'), inRun('all', 'watchers', 'watch.w1')],
  ['alone', [...RUN, 'dragon.r1.other'], [...RUN, 'dragon.r1.other', 'dragon.>']],
])('%s may use these subjects and no others', async (role, publish, subscribe) => {
  const link = await asRole(role);
  const may = await allowed(link);
  await link.close();
  expect([new Set(may.publish), new Set(may.subscribe)]).toEqual([new Set(publish), new Set(subscribe)]);
});

test('each part of a run in its own role: the digest of one process, and a watcher sees it', async () => {
  const run = newRun();
  const watcher = await asRole('watcher');
  let plans = 0;
  let steps = 0;
  const watch = watchRun(watcher, {
    run,
    pulseMs: 20,
    onPlan: () => (plans += 1),
    onSteps: (seen) => (steps += seen.length),
    onError: (error) => expect.fail(String(error)),
  });
  const roles: Role[] = ['coordinator', 'federate', 'host', 'federate'];
  let next = 0;
  const link = () => {
    const role = roles[next] ?? 'federate';
    next += 1;
    return asRole(role);
  };
  expectSame(await inFederation(PLAN, 3, link, { run }, () => watcher.flush()), inOneProcess(PLAN));
  await watch.close();
  await watcher.close();
  expect([plans, steps > 100]).toEqual([1, true]);
});

test('a command hands its work out to a host, and what is left of another one the host removes', async () => {
  const [ours, theirs] = [await asRole('coordinator'), await asRole('host')];
  const denied: string[] = [];
  for (const link of [ours, theirs]) link.onTrouble(({ text }) => denied.push(text));
  const [key, version] = ['the key of all hosts', { version: 'dragon 1', sources: 'abc' }];
  const host = new HostService(theirs, {
    key,
    name: 'a',
    capacity: 1,
    program: version,
    startFederate: () => ({ ended: Promise.resolve('no'), stop: () => Promise.resolve() }),
    openWork: (caller) => theirs.openWorkSource(caller),
    perform: (order) => Promise.resolve({ twice: Number(order) * 2 }),
    onNotice: (text) => denied.push(text),
  });
  const roll = new HostRoll(ours, { key, program: version, onNotice: (text) => denied.push(text), hasWork: true });
  const queue = await ours.openWorkQueue(roll.caller);
  const handout = new WorkHandout({ key, link: ours, roll, queue });
  const replies: unknown[] = [];
  handout.listen(
    (_, reply) => replies.push(reply),
    () => undefined,
  );
  handout.give(0, 21);
  await expect.poll(() => replies).toEqual([{ twice: 42 }]);
  await expect.poll(() => host.standing.made).toBe(1);
  roll.close();
  await queue.remove();
  await ours.openWorkQueue('killed');
  const left = await theirs.openWorkSource('killed');
  await left.remove();
  await expect(theirs.openWorkSource('killed')).rejects.toThrow('stream not found');
  await host.close();
  await Promise.all([ours.close(), theirs.close()]);
  expect(denied).toEqual([]);
});

describe('the wrong role', () => {
  const failureOf = (ended: Promise<unknown>) =>
    ended.then(
      () => expect.fail('it did not fail'),
      (error: unknown) => error as FederationError,
    );

  test.each<[Role, subject: RegExp]>([
    ['federate', /^the NATS server at nats:\S+ does not let us subscribe to dragon\.\S+\.coordinator$/],
    ['watcher', /^the NATS server at nats:\S+ does not let us subscribe to dragon\.\S+\.coordinator$/],
  ])('a coordinator that is a %s ends at once', async (role, line) => {
    const link = await asRole(role);
    const { code, message } = await failureOf(coordinateHere(link, { run: newRun(), plan: PLAN, federates: 1 }));
    await link.close();
    expect([code, message]).toEqual(['denied', expect.stringMatching(line)]);
    const advice = 'give this user what its part of a run needs; the project has it as deploy/nats/permissions.conf';
    const said = explainFailure(new FederationError('denied', message), { usage: '', replay: undefined });
    expect(said).toEqual({ exitCode: 1, lines: [`dragon: ${message}: ${advice}`] });
  });

  test.each<Role>(['coordinator', 'watcher'])('a federate that is a %s ends at once', async (role) => {
    const link = await asRole(role);
    const { code, message } = await failureOf(
      runFederate(link, { run: newRun(), name: 'f1', definitions: byKind, ...QUICK }),
    );
    await link.close();
    expect([code, message]).toEqual(['denied', expect.stringMatching(/ does not let us (?:subscribe|publish) to /)]);
  });

  test.each<[command: string, role: Role]>([
    ['sweep seed-deadlock --seeds 1..2', 'host'],
    ['compare seed-deadlock --seeds 1..2', 'watcher'],
    ['join', 'coordinator'],
  ])('dragon %s as %s ends at once, with one line', async (command, role) => {
    const { url, user, pass } = addressOf(role);
    const env = { DRAGON_NATS_USER: user, DRAGON_NATS_PASSWORD: pass, DRAGON_RUN_KEY: 'the key of all hosts' };
    const { code, err } = await dragonInProcess([...command.split(' '), '--nats', url], env);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^(?:dragon: joined .*\n)?dragon: the NATS server at \S+ does not let us (?:publish|subscribe) to \S+: give .*conf\n$/,
    );
  });
});
