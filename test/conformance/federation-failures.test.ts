/**
 * When a federation cannot go on it says so at once, in one line that names who and why, and leaves no process behind.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { AgentFault, runPlan } from '@dragon/engine';
import {
  connectNats,
  coordinate,
  type FederateOptions,
  FederationError,
  findNatsBinary,
  launchFederates,
  type Link,
  MemoryHub,
  runFederate,
  startNatsServer,
} from '@dragon/federation';
import { byKind, coordinateHere, newRun, QUICK, toyProcess } from './federation-runs.ts';
import { CycleFinder, toyPlan } from './federation-toys.ts';

/** Rings that go on for as long as anybody waits. */
const ENDLESS = toyPlan({ seed: 1, lockers: 0, until: Number.MAX_SAFE_INTEGER - 1 });

async function failureOf(promise: Promise<unknown>): Promise<FederationError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FederationError);
  return error as FederationError;
}

/** Resolves once a callback was called that often. */
function calls(count: number): { call: () => void; reached: Promise<void> } {
  let resolve = () => {};
  const reached = new Promise<void>((done) => {
    resolve = done;
  });
  let left = count;
  return { call: () => (left -= 1) === 0 && resolve(), reached };
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function untilGone(pids: readonly (number | undefined)[], ms: number): Promise<void> {
  const giveUp = performance.now() + ms;
  while (pids.some(isAlive) && performance.now() < giveUp) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(pids.filter(isAlive)).toEqual([]);
}

const federate = (link: Link, run: string, name: string, options: Partial<FederateOptions> = {}) =>
  runFederate(link, { run, name, definitions: byKind, ...QUICK, ...options });

describe('processes', () => {
  test('a killed federate fails the run at once', { timeout: 60_000 }, async () => {
    const [address, run] = [inject('natsAddress'), newRun()];
    const launched = launchFederates({ run, address, commands: [toyProcess('a', 'ring'), toyProcess('b', 'ring')] });
    const link = await connectNats(address);
    const { call, reached } = calls(3);
    const failure = failureOf(
      coordinateHere(link, { run, plan: ENDLESS, federates: 2, watchLost: launched.watchLost, onProgress: call }),
    );
    await reached;
    const killedAt = performance.now();
    process.kill(launched.pids.get('b') ?? Number.NaN, 'SIGKILL');
    const { code, message } = await failure;
    expect(performance.now() - killedAt).toBeLessThan(2_000);
    expect(code).toBe('lost-federate');
    expect(message).toMatch(/^federate b is lost: its process \d+ was killed by SIGKILL$/);
    // The other one was told to stop, and does so without being killed.
    await untilGone([...launched.pids.values()], 5_000);
    await Promise.all([launched.stop(), link.close()]);
  });

  test('a process that cannot start fails the run with its last words', { timeout: 60_000 }, async () => {
    const [address, run] = [inject('natsAddress'), newRun()];
    const argv = [process.execPath, '-e', 'throw new Error("no such luck")'] as [string, ...string[]];
    const launched = launchFederates({ run, address, commands: [{ name: 'a', argv }] });
    const link = await connectNats(address);
    const { code, message } = await failureOf(
      coordinateHere(link, { run, plan: ENDLESS, watchLost: launched.watchLost }),
    );
    expect(code).toBe('lost-federate');
    expect(message).toMatch(/^federate a is lost: its process \d+ exited with code 1\n[\s\S]*no such luck/);
    await Promise.all([launched.stop(), link.close()]);
  });

  test('a federate ends with the process that launched it', { timeout: 60_000 }, async () => {
    const entry = fileURLToPath(new URL('federation-launcher-process.ts', import.meta.url));
    const env = { ...process.env, LAUNCHER_ADDRESS: JSON.stringify(inject('natsAddress')), LAUNCHER_RUN: newRun() };
    const launcher = spawn(process.execPath, ['--import', 'tsx', entry], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(launcher.stdout), 'line')) as [string];
    const pids = JSON.parse(line) as number[];
    expect(pids.filter(isAlive)).toHaveLength(4);
    launcher.kill('SIGKILL');
    await untilGone(pids, 10_000);
  });

  test('a process whose agent breaks exits with 70, another one with 1', { timeout: 60_000 }, async () => {
    const [address, run] = [inject('natsAddress'), newRun()];
    const exits = ['a', 'b'].map(async (name) => {
      const [program, ...args] = toyProcess(name).argv;
      const env = { ...process.env, DRAGON_NATS_URL: address.url, DRAGON_NATS_TOKEN: address.token, DRAGON_RUN: run };
      const child = spawn(program, args, { env: { ...env, DRAGON_FEDERATE: name }, stdio: 'ignore' });
      const [code] = (await once(child, 'exit')) as [number];
      return code;
    });
    const link = await connectNats(address);
    const plan = toyPlan({ seed: 1, lockers: 0, rings: 2, failing: { 1: 20 } });
    const { code } = await failureOf(coordinateHere(link, { run, plan, federates: 2 }));
    expect(code).toBe('agent-fault');
    expect(await Promise.all(exits)).toEqual([1, 70]);
    await link.close();
  });
});

describe('the server', () => {
  const privateServer = async (onDeath: (error: FederationError) => void) => {
    const binary = await findNatsBinary({ env: process.env, cacheFolder: inject('natsCacheFolder') });
    if (binary.kind !== 'found') throw new Error(binary.advice);
    return startNatsServer({ binary: binary.path, onDeath });
  };

  test('a killed server fails the run at once', { timeout: 30_000 }, async () => {
    const death = new AbortController();
    const server = await privateServer((error) => death.abort(error));
    const run = newRun();
    const options = { reconnectMs: 1_000 };
    const [own, other] = await Promise.all([connectNats(server.address), connectNats(server.address, options)]);
    const ended = failureOf(federate(other, run, 'a'));
    const { call, reached } = calls(2);
    const failure = failureOf(
      coordinateHere(own, { run, plan: ENDLESS, federates: 1, signal: death.signal, onProgress: call }),
    );
    await reached;
    const killedAt = performance.now();
    process.kill(server.pid ?? Number.NaN, 'SIGKILL');
    expect((await failure).code).toBe('link-lost');
    expect((await failure).message).toMatch(/^the NATS server \(process \d+\) died/);
    expect(performance.now() - killedAt).toBeLessThan(1_000);
    // The federate waits for the server to come back, but not for long.
    expect((await ended).code).toBe('link-lost');
    expect(performance.now() - killedAt).toBeLessThan(5_000);
    await Promise.all([own.close(), other.close(), server.stop()]);
  });

  test('without a server there is one line that says what to do', async () => {
    const { code, message } = await failureOf(connectNats({ url: 'nats://dragon:secret@127.0.0.1:9' }));
    expect(code).toBe('no-server');
    expect(message).toBe(
      'no NATS server at nats://***@127.0.0.1:9 (connection refused): start a NATS server there, or give another address with --nats or in NATS_URL',
    );
  });

  test('a wrong token is told from a missing server', async () => {
    const { code, message } = await failureOf(connectNats({ ...inject('natsAddress'), token: 'wrong' }));
    expect(code).toBe('no-server');
    expect(message).toMatch(/check the user, password, token/);
  });
});

describe('participants', () => {
  test('a silent federate is named, with what it was asked', async () => {
    const hub = new MemoryHub();
    const [run, mute] = [newRun(), hub.link()];
    // It hears everything, but from its second window on nothing it says arrives.
    let said = 0;
    const publish = mute.publish.bind(mute);
    mute.publish = (subject, bytes) => {
      said += 1;
      if (said < 10) publish(subject, bytes);
    };
    const ends = [failureOf(federate(mute, run, 'mute')), failureOf(federate(hub.link(), run, 'well'))];
    const options = { ...QUICK, silenceMs: 300, federates: 2 };
    const { code, message } = await failureOf(coordinateHere(hub.link(), { run, plan: ENDLESS, ...options }));
    expect(code).toBe('silent');
    expect(message).toMatch(
      /^federate (mute|well) has not answered for 0\.3 s: it was asked to process window \d+, up to \d+ ns/,
    );
    expect(message).toMatch(/federate mute has|of mute$/);
    expect((await Promise.all(ends)).map((end) => end.code)).toEqual(['aborted', 'aborted']);
  });

  test('a silent coordinator ends the federates', async () => {
    const hub = new MemoryHub();
    const [run, own] = [newRun(), hub.link()];
    const ends = ['a', 'b'].map((name) => failureOf(federate(hub.link(), run, name, { silenceMs: 200 })));
    const { call, reached } = calls(1);
    const failure = failureOf(coordinateHere(own, { run, plan: ENDLESS, federates: 2, ...QUICK, onProgress: call }));
    await reached;
    own.cut();
    expect((await failure).code).toBe('link-lost');
    expect((await Promise.all(ends)).map((end) => end.code)).toEqual(['silent', 'silent']);
  });

  test('nobody waits for ever for a coordinator that does not come', async () => {
    const { code, message } = await failureOf(federate(new MemoryHub().link(), 'main', 'a', { joinMs: 100 }));
    expect(code).toBe('timeout');
    expect(message).toBe('no coordinator of run main has placed a');
  });

  test('kinds that nobody hosts are named', async () => {
    const hub = new MemoryHub();
    const run = newRun();
    const end = failureOf(federate(hub.link(), run, 'a', { kinds: ['ring'] }));
    const plan = toyPlan({ seed: 1 });
    const { code, message } = await failureOf(coordinateHere(hub.link(), { run, plan, ...QUICK, joinMs: 100 }));
    expect(code).toBe('no-host');
    expect(message).toBe(`run ${run}: nobody who hosts lock, locker said hello within 0.1 s`);
    expect((await end).code).toBe('aborted');
  });

  test('federates that stay away are counted', async () => {
    const hub = new MemoryHub();
    const run = newRun();
    const end = failureOf(federate(hub.link(), run, 'a'));
    const { code, message } = await failureOf(
      coordinateHere(hub.link(), { run, plan: toyPlan({ seed: 1 }), ...QUICK, joinMs: 100, federates: 3 }),
    );
    expect(code).toBe('timeout');
    expect(message).toBe(`run ${run}: 1 of 3 federates said hello within 0.1 s`);
    expect((await end).code).toBe('aborted');
  });

  test('a federate that is started again during a run fails it', async () => {
    const hub = new MemoryHub();
    const run = newRun();
    const first = failureOf(federate(hub.link(), run, 'a'));
    const { call, reached } = calls(1);
    const failure = failureOf(coordinateHere(hub.link(), { run, plan: ENDLESS, ...QUICK, onProgress: call }));
    await reached;
    const second = failureOf(federate(hub.link(), run, 'a'));
    expect((await failure).message).toBe('federate a was started again during the run, or is there twice');
    expect((await Promise.all([first, second])).map((end) => end.code)).toEqual(['aborted', 'aborted']);
  });

  test('a run can be stopped', async () => {
    const hub = new MemoryHub();
    const [run, stop] = [newRun(), new AbortController()];
    const end = failureOf(federate(hub.link(), run, 'a'));
    const { call, reached } = calls(1);
    const failure = failureOf(
      coordinateHere(hub.link(), { run, plan: ENDLESS, ...QUICK, signal: stop.signal, onProgress: call }),
    );
    await reached;
    stop.abort();
    expect((await failure).code).toBe('aborted');
    expect((await end).code).toBe('aborted');
  });
});

describe('agents that break', () => {
  const cases = [{ 0: 5 }, { 3: 40 }, { 5: 1 }, { 0: 30, 1: 30, 2: 30, 3: 30, 4: 30, 5: 30 }];
  for (const failing of cases)
    test(`${JSON.stringify(failing)}: the fault of one process, wherever it is`, async () => {
      const plan = toyPlan({ seed: 7, lockers: 0, failing });
      const local = faultOf(() => runPlan(plan, byKind, { finders: [new CycleFinder()] }));
      for (const federates of [1, 2, 3, 6]) {
        const hub = new MemoryHub();
        const run = newRun();
        const ends = Array.from({ length: federates }, (_, index) =>
          federate(hub.link(), run, `f${index}`).then(
            () => 'ended',
            (error: unknown) => (error instanceof AgentFault ? 'broke' : 'stopped'),
          ),
        );
        const options = { run, plan, federates, ...QUICK, finders: [new CycleFinder()] };
        const { code, message, fault } = await failureOf(coordinate(hub.link(), options));
        expect([code, message]).toEqual(['agent-fault', local.message]);
        expect(fault).toEqual({ seed: 7, agent: local.agent, event: local.event });
        expect(await Promise.all(ends)).toContain('broke');
      }
    });

  test('one that breaks while it starts', async () => {
    const plan = toyPlan({ seed: 7 });
    const agents = plan.agents.map((agent) => (agent.kind === 'ring' ? { ...agent, params: null } : agent));
    const local = faultOf(() => runPlan({ ...plan, agents }, byKind, { finders: [new CycleFinder()] }));
    const [hub, run] = [new MemoryHub(), newRun()];
    const ends = ['a', 'b', 'c'].map((name) => federate(hub.link(), run, name).catch((error: unknown) => error));
    const options = { run, plan: { ...plan, agents }, federates: 3, ...QUICK, finders: [new CycleFinder()] };
    const { code, message, fault } = await failureOf(coordinate(hub.link(), options));
    expect([code, message]).toEqual(['agent-fault', local.message]);
    expect(fault).toEqual({ seed: 7, agent: local.agent, event: null });
    expect(await Promise.all(ends)).toHaveLength(3);
  });
});

function faultOf(run: () => unknown): AgentFault {
  try {
    run();
  } catch (error) {
    if (error instanceof AgentFault) return error;
  }
  throw new Error('nothing broke');
}
