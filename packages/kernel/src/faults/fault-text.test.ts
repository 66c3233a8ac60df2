/** Faults as text: what is read, what is refused and where, and that what is written reads back. */
import { describe, expect, test } from 'vitest';
import { type Fault, faultKindNamed, faultName, faultTitle, paramsOn } from './fault.ts';
import type { FaultKind } from './fault-kind.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { formatFault, readFault } from './fault-text.ts';

const MILLISECOND = 1_000_000;

test('a fault, in any order, with what it leaves out as usual', () => {
  const stall: Fault = { at: 2_220 * MILLISECOND, kind: 'stall-cpu', params: { cpu: 3, for: 10 * MILLISECOND } };
  expect(readFault('stall-cpu cpu=3 for=10ms at=2.22s')).toEqual(stall);
  expect(readFault('  stall-cpu at=2220ms\tcpu=3 ')).toEqual(stall);
  expect(formatFault(stall)).toBe('stall-cpu cpu=3 for=10ms at=2220ms');
});

test.each([
  ['', "a fault is empty: give KIND key=value … at=INSTANT, as in 'freeze at=1s'"],
  [
    'stal-cpu cpu=0 at=1s',
    `at column 1: unknown fault 'stal-cpu'; did you mean stall-cpu? (one of: ${FAULT_KINDS.map(({ kind }) => kind).join(', ')})`,
  ],
  [
    'stall-cpu cpu=0 fro=1ms at=1s',
    "at column 17: stall-cpu has an unknown parameter 'fro'; did you mean for? (one of: cpu, for, at)",
  ],
  ['stall-cpu cpu=x at=1s', "at column 11: cpu is 'x', not a whole number"],
  ['stall-cpu cpu= at=1s', 'at column 11: cpu has no value'],
  ['stall-cpu 0 at=1s', "at column 11: '0' is not of the form key=value"],
  ['stall-cpu cpu=0 cpu=1 at=1s', 'at column 17: cpu is said twice'],
  ['stall-cpu at=1s', 'stall-cpu has to be told its cpu, as in cpu=0'],
  ['stall-cpu cpu=0', "'stall-cpu cpu=0' has no instant: add at=2.5s, say"],
  ['stall-cpu cpu=0 for=1us at=1s', 'stall-cpu: for is 1us, not a time from 10us to 7776000s'],
  [
    'stall-cpu cpu=0 at=soon',
    "at column 17: 'soon' is not a duration: give a number and a unit, as in 250ms, 1.5s or 1h30m",
  ],
  ['drop what=ag.unlock at=1s', 'drop: ag.unlock admits delay, hold and no drop: it is a release:'],
  ['hold what=jiffy at=1s', 'hold: jiffy admits delay, drop and no hold: it is a timer of the kernel:'],
  ['drop what=kswapd.wak at=1s', "drop: unknown message or timer 'kswapd.wak'; did you mean kswapd.wake?"],
  ['drop what=jiffy from=memory/0 at=1s', 'drop: nobody sends a timer: say whose it is, as in to=kswapd/0'],
  ['delay by=5ms up-to=1ms at=1s', 'delay: up-to is 1ms, less than by'],
])('%s is refused', (text, why) => {
  expect(() => readFault(text)).toThrow(why);
});

/** A fault of the kind with everything as usual. */
function usual(kind: FaultKind): Fault {
  const { target, fits } = kind;
  const params = target === null ? {} : { [target.param]: target.by === 'id' ? `${fits[0] ?? 'ag'}/0` : 1 };
  const message = kind.carries === undefined ? {} : { [kind.carries]: { type: 'ag.lock', buffer: 'AGI' } };
  const others = kind.params.flatMap(({ name, default: value }) => (value === null ? [] : [[name, value] as const]));
  return { at: 5 * MILLISECOND, kind: kind.kind, params: { ...params, ...Object.fromEntries(others), ...message } };
}

describe.each(FAULT_KINDS.map((kind) => [kind.kind, kind] as const))('%s', (_, kind) => {
  test('is written so that it reads back', () => {
    expect(readFault(formatFault(usual(kind)))).toEqual(usual(kind));
  });

  test('says what it is in one line each, and its usual numbers are among those that it may have', () => {
    for (const text of [kind.about, kind.standsFor, kind.leavesOut, ...kind.params.map(({ about }) => about)])
      expect(text).toMatch(/^(?:[^\n]{1,160}[^.\n])?$/);
    for (const { default: value, least, most } of kind.params) {
      if (value === null) continue;
      expect(value).toBeGreaterThanOrEqual(least);
      expect(value).toBeLessThanOrEqual(most);
    }
  });
});

test('the fields of a message are words, JSON where they are that', () => {
  const text =
    'message to=kswapd/0 type=task.objectsScanned freed=3 stop=false dispose=[{"fate":"a b","ino":1}] lock=null said="1" at=1s';
  const fault = readFault(text);
  expect(fault.params).toEqual({
    to: 'kswapd/0',
    message: {
      type: 'task.objectsScanned',
      freed: 3,
      stop: false,
      dispose: [{ fate: 'a b', ino: 1 }],
      lock: null,
      said: '1',
    },
  });
  expect(formatFault(fault)).toBe(text);
  expect(() => readFault('message to=ag/0 at=1s')).toThrow('message has to be told what to send, as in type=ag.lock');
});

test('pages that are taken for good say no time', () => {
  const taken = readFault('take-pages pages=10 at=1s');
  expect(taken.params).toEqual({ node: 0, pages: 10 });
  expect(formatFault(taken)).toBe('take-pages node=0 pages=10 at=1s');
});

test('a name and a heading', () => {
  const stall = readFault('stall-cpu cpu=3 at=1s');
  expect([faultName(stall), faultTitle(stall)]).toEqual(['stall-cpu-3', 'Stall CPU 3']);
  const freeze = readFault('freeze at=1s');
  expect([faultName(freeze), faultTitle(freeze)]).toEqual(['freeze', 'Freeze the file system']);
  const kill = readFault('kill-task task=hog/0 at=1s');
  expect([faultName(kill), faultTitle(kill)]).toEqual(['kill-task-hog-0', 'Kill hog/0']);
});

test('what a fault is told when it is dropped on an agent', () => {
  const on = (kind: string, agent: string) => paramsOn(faultKindNamed(kind), agent);
  expect(on('stall-cpu', 'cpu/12')).toEqual({ cpu: 12 });
  expect(on('stall-cpu', 'ag/0')).toBeUndefined();
  expect(on('kill-task', 'hog/0')).toEqual({ task: 'hog/0' });
  expect(on('kill-task', 'kswapd/0')).toBeUndefined();
  expect(on('message', 'kswapd/0')).toEqual({ to: 'kswapd/0' });
  expect(on('freeze', 'inode-cache')).toEqual({});
});
