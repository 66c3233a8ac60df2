/**
 * The permissions that are shipped, at a real server: each part of a run can do its work and nothing else, and what it
 * is not allowed ends a run at once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainFailure } from '../../packages/cli/src/failure.ts';
import {
  connectNats,
  FederationError,
  type NatsAddress,
  type NatsLink,
  runFederate,
  watchRun,
} from '../../packages/federation/src/index.ts';
import { ROOT } from '../e2e/dragon-process.ts';
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

beforeAll(async () => {
  const config = readFileSync(join(ROOT, 'deploy/nats/permissions.conf'), 'utf8');
  const env = Object.fromEntries(ROLES.map((role) => [`DRAGON_${role.toUpperCase()}_PASSWORD`, passwordOf(role)]));
  server = await startServer([config], { env });
});

afterAll(() => server.stop());

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
const QUEUE = [
  'dragon-work.c1',
  '$JS.API.INFO',
  '$JS.API.STREAM.CREATE.s1',
  '$JS.API.STREAM.DELETE.s1',
  '$JS.API.CONSUMER.CREATE.s1.hosts',
  '$JS.API.CONSUMER.MSG.NEXT.s1.hosts',
  '$JS.ACK.s1.hosts.1.1.1.1.1',
];
const OTHERS = [
  'dragon.r1.other',
  'dragon.>',
  '>',
  '$SYS.REQ.SERVER.PING',
  '$JS.API.STREAM.PURGE.s1',
  '$JS.API.STREAM.MSG.GET.s1',
  '_INBOX.1',
];
const SUBJECTS = [...RUN, ...HOSTS, ...QUEUE, ...OTHERS];

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
    [...inRun('all', 'control.f1', 'watchers'), ...ofHosts('all.g1', 'host.h1'), ...QUEUE.slice(0, 5)],
    [...inRun('coordinator'), ...ofHosts('caller.c1'), '_INBOX.1'],
  ],
  ['federate', FEDERATE.publish, FEDERATE.subscribe],
  [
    'host',
    [...FEDERATE.publish, ...ofHosts('caller.c1'), ...QUEUE.filter((each) => !/CREATE|work/.test(each))],
    [...FEDERATE.subscribe, ...ofHosts('all.g1', 'host.h1'), '_INBOX.1'],
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
});
