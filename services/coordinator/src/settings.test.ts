/** Environment variables in, a plan or one clear line out. */
import { type Plan, SECOND } from '@dragon/engine';
import { SettingError } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { settingsFrom, variableOf } from './settings.ts';

const cpusOf = ({ agents }: Plan) => agents.filter(({ kind }) => kind === 'inodegc').length;

describe('what is not said', () => {
  const settings = settingsFrom({});
  const plan = settings.request.plan();

  test('is as in `dragon run seed-deadlock`', () => {
    expect(settings.request.heading).toBe('seed-deadlock, profile v6.1, 4 CPUs, seed 1');
    expect(settings).toMatchObject({ run: 'main', settleMs: 2_000 });
    expect(plan).toMatchObject({ seed: 1, until: 300 * SECOND, stopOnFinding: true });
    expect(cpusOf(plan)).toBe(4);
  });

  test('may also be empty, as compose files make it', () => {
    const empty = { DRAGON_SCENARIO: '', DRAGON_POLICY: '', DRAGON_CPUS: '', DRAGON_SEED: '', DRAGON_UNTIL: '' };
    expect(settingsFrom(empty).request.plan()).toEqual(plan);
  });
});

test('what is said', () => {
  const settings = settingsFrom({
    DRAGON_SCENARIO: 'other-cpu',
    DRAGON_PROFILE: 'v6.7',
    DRAGON_POLICY: 'throttle=watermarks(256,64),repair=try-unregister',
    DRAGON_CPUS: '7',
    DRAGON_SEED: '9007199254740991',
    DRAGON_UNTIL: '1.5s',
    DRAGON_RUN: 'night_1',
    DRAGON_SETTLE: '250ms',
  });
  const plan = settings.request.plan();
  expect(settings.request.heading).toBe(
    'other-cpu, profile v6.7 with throttle=watermarks(256,64),repair=try-unregister, 7 CPUs, seed 9007199254740991',
  );
  expect(settings).toMatchObject({ run: 'night_1', settleMs: 250 });
  expect(plan).toMatchObject({ seed: Number.MAX_SAFE_INTEGER, until: 1.5 * SECOND });
  expect(cpusOf(plan)).toBe(7);
});

test('faults and what is set, with semicolons between', () => {
  const { request } = settingsFrom({
    DRAGON_FAULT: 'stall-cpu cpu=0 at=1s; freeze at=2s;',
    DRAGON_SET: 'tasks=2; at=1s',
  });
  expect(request.heading).toBe(
    'seed-deadlock, profile v6.1, 4 CPUs, at=1s, tasks=2, seed 1, stall-cpu-0 at 1s, freeze at 2s',
  );
  expect(request.plan().agents.at(-1)).toMatchObject({ id: 'faults/0', peers: ['cpu/0'] });
});

test.each([
  [
    { DRAGON_SCENARIO: 'seed-deadlok' },
    /^DRAGON_SCENARIO: unknown scenario 'seed-deadlok'; did you mean seed-deadlock\?/,
  ],
  [{ DRAGON_PROFILE: 'v6.2' }, /^DRAGON_PROFILE: unknown profile 'v6\.2'/],
  [{ DRAGON_POLICY: 'throttle=never' }, /^DRAGON_POLICY: unknown value for throttle 'never'/],
  [{ DRAGON_CPUS: '0' }, /^DRAGON_CPUS: '0' is not a whole number from 1 to 65536$/],
  [{ DRAGON_CPUS: '4x' }, /^DRAGON_CPUS: '4x' is not a whole number/],
  [{ DRAGON_SCENARIO: 'other-cpu', DRAGON_CPUS: '1' }, /^DRAGON_CPUS: scenario other-cpu needs at least 2 CPUs/],
  [{ DRAGON_SEED: '-1' }, /^DRAGON_SEED: '-1' is not a whole number/],
  [{ DRAGON_SEED: '9007199254740992' }, /^DRAGON_SEED: '9007199254740992' is not a whole number/],
  [{ DRAGON_UNTIL: '300' }, /^DRAGON_UNTIL: '300' is not a duration/],
  [{ DRAGON_UNTIL: '7776001s' }, /^DRAGON_UNTIL: '7776001s' is too long: /],
  [{ DRAGON_FAULT: 'stall-cpu' }, /^DRAGON_FAULT: 'stall-cpu' has no instant/],
  [{ DRAGON_SET: 'taks=1' }, /^DRAGON_SET: seed-deadlock: unknown parameter 'taks'; did you mean tasks\?/],
  [{ DRAGON_SETTLE: '1000s' }, /^DRAGON_SETTLE: '1000s' is too long/],
  [{ DRAGON_RUN: 'a.b' }, /^DRAGON_RUN: 'a\.b' is not a name/],
])('%o', (env, message) => {
  let complaint: unknown;
  try {
    settingsFrom(env);
  } catch (error) {
    complaint = error;
  }
  if (!(complaint instanceof SettingError)) throw new Error('no complaint');
  expect(`${variableOf(complaint.setting)}: ${complaint.message}`).toMatch(message);
});
