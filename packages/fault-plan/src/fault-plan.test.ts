/** Fault plans: what they say, and what is said of those that are none. */
import { describe, expect, test } from 'vitest';
import { MILLISECOND, SECOND } from '@dragon/engine';
import { readFaultPlan } from './fault-plan.ts';
import { FaultPlanError } from './fault-plan-error.ts';
import { formatFaultPlan } from './fault-plan-text.ts';

const PLAN = `# A CPU that the hypervisor takes away, and wake-ups that get lost.
faults:
  - stall-cpu cpu=0 for=10ms at=2.22s
  - fault: take-pages
    pages: 1000
    at: 1s
  - {fault: message, to: ag/0, message: {type: ag.lock, buffer: AGI}, at: 3s}
rules:
  - name: lost
    fate: drop
    messages: [kswapd.wake, task.workFlushed]
    from: memory
    to: [kswapd/0]
    since: 1s
    until: 5s
    probability: 30%
  - {fate: delay, timers: jiffy, of: inodegc/1, by: 1ms..20ms}
  - {name: held, fate: hold, messages: all, release: 4s}
  - {fate: duplicate, messages: kswapd.wake, by: 2ms, probability: 0.5}
`;

test('a plan has faults as --fault has them, and rules', () => {
  const { faults, rules, places } = readFaultPlan(PLAN);
  expect(faults).toEqual([
    { at: 2.22 * SECOND, kind: 'stall-cpu', params: { cpu: 0, for: 10 * MILLISECOND } },
    { at: SECOND, kind: 'take-pages', params: { node: 0, pages: 1_000 } },
    { at: 3 * SECOND, kind: 'message', params: { to: 'ag/0', message: { type: 'ag.lock', buffer: 'AGI' } } },
  ]);
  expect(rules).toEqual([
    {
      name: 'lost',
      about: 'messages',
      names: ['kswapd.wake', 'task.workFlushed'],
      from: ['memory'],
      to: ['kswapd/0'],
      since: SECOND,
      until: 5 * SECOND,
      probability: 0.3,
      fate: { kind: 'drop' },
    },
    {
      name: 'delay-jiffy',
      about: 'timers',
      names: ['jiffy'],
      from: ['inodegc/1'],
      probability: 1,
      fate: { kind: 'delay', min: MILLISECOND, max: 20 * MILLISECOND },
    },
    expect.objectContaining({
      name: 'held',
      names: expect.arrayContaining(['ag.lock', 'task.objectsScanned']) as string[],
    }),
    expect.objectContaining({
      name: 'duplicate-kswapd.wake',
      probability: 0.5,
      fate: { kind: 'duplicate', min: 2 * MILLISECOND, max: 2 * MILLISECOND },
    }),
  ]);
  expect(places.faults).toEqual(['line 3, column 5', 'line 4, column 5', 'line 7, column 5']);
});

test('a plan reads back as it was written', () => {
  const { faults, rules } = readFaultPlan(PLAN);
  const again = readFaultPlan(formatFaultPlan({ faults, rules }));
  expect({ faults: again.faults, rules: again.rules }).toEqual({ faults, rules });
});

function complaintAbout(text: string): string {
  try {
    readFaultPlan(text);
  } catch (error) {
    if (error instanceof FaultPlanError) return error.message;
    throw error;
  }
  return 'none';
}

describe('what is wrong is said with its place', () => {
  test.each<[string, RegExp]>([
    ['', /^line 1, column 1: it is empty/],
    ['[]', /^line 1, column 1: it is not a plan/],
    ['faults: []', /it has neither faults nor rules/],
    ['fautls: []', /^line 1, column 1: a plan has no such key: unknown key 'fautls'; did you mean faults\?/],
    ['rules: {}', /^line 1, column 8: rules is a list/],
    ['faults:\n  - stall-cpu cpu=0', /^line 2, column 5: 'stall-cpu cpu=0' has no instant/],
    ['faults:\n  - fault: stall-cup\n    at: 1s', /^line 2, column 12: unknown fault 'stall-cup'; did you mean/],
    ['faults:\n  - fault: stall-cpu\n    at: 1', /^line 3, column 9: '1' is not a duration/],
    [
      'faults:\n  - fault: freeze\n    at: 1s\n    fro: 1s',
      /^line 4, column 5: freeze has no such key: unknown key 'fro'/,
    ],
    ['faults:\n  - fault: freeze\n    at: 1s\n    for: 1us', /^line 4, column 10: freeze: for is 1us, not a time from/],
    [
      'rules:\n  - fate: drop\n    messages: ag.lock',
      /^line 3, column 15: ag\.lock admits delay, hold and no drop: it is a call/,
    ],
    ['rules:\n  - fate: drop\n    messages: [kswapd.wake, ag.lokc]', /^line 3, column 29: unknown message 'ag\.lokc'/],
    [
      'rules:\n  - fate: drop\n    timers: callShrinker',
      /^line 3, column 13: callShrinker admits no fate: it is CPU time/,
    ],
    ['rules:\n  - fate: hold\n    messages: kswapd.wake', /^line 2, column 5: release is missing: add release: 5s/],
    [
      'rules:\n  - fate: dorp\n    messages: kswapd.wake',
      /^line 2, column 11: unknown fate 'dorp'; did you mean drop\?/,
    ],
    [
      'rules:\n  - {fate: drop, messages: kswapd.wake, by: 1s}',
      /^line 2, column 41: a rule about messages has no such key/,
    ],
    ['rules:\n  - {fate: delay, messages: kswapd.wake, by: 2s..1s}', /the shorter time comes first/],
    [
      'rules:\n  - {fate: drop, messages: kswapd.wake, probability: 2}',
      /column 54: a probability is a number from 0 to 1/,
    ],
    ['rules:\n  - {fate: drop, messages: kswapd.wake, since: 2s, until: 1s}', /a rule ends after it begins/],
    [
      'rules:\n  - {fate: drop, messages: kswapd.wake}\n  - {fate: drop, messages: kswapd.wake}',
      /^line 3, column 5: the rule in line 2 is called drop-kswapd\.wake, too/,
    ],
    ['rules:\n  - {name: "a b", fate: drop, messages: kswapd.wake}', /a name has 1 to 60 letters/],
    ['rules: &a\n  - *a', /a plan has no aliases|Unresolved alias/],
    ['rules: !!set {a}', /no tags|Unresolved tag/],
    ['rules: [\n', /^line 2, column 1: /],
    ['rules: []\nrules: []', /Map keys must be unique/],
    ['__proto__: 1', /unknown key '__proto__'/],
    ['rules: []\n---\nrules: []', /multiple documents/],
    ['['.repeat(20_000), /nested too deep/],
    ['- '.repeat(20_000), /nested too deep/],
    [`#${' '.repeat(300_000)}`, /a plan has at most 131072/],
    [`faults: [${'{a: '.repeat(40)}1${'}'.repeat(40)}]`, /nested too deep/],
  ])('%#', (text, complaint) => {
    const said = complaintAbout(text);
    expect(said).toMatch(complaint);
    expect(said).not.toContain('\n');
  });

  test('a key __proto__ in a message is a field, and changes nothing else', () => {
    const { faults } = readFaultPlan(
      'faults:\n  - {fault: message, to: ag/0, at: 1s, message: {type: t, __proto__: {x: 1}}}',
    );
    expect(Object.keys(faults[0]?.params['message'] as object)).toEqual(['type', '__proto__']);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});
