/** Fuzzers of what people and kernels write: logs, texts of ftrace, latency profiles, fault plans. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatFaultPlan, readFaultPlan } from '@dragon/fault-plan';
import {
  formatLatencyProfile,
  LATENCY_PROFILE_FORMAT,
  LATENCY_PROFILE_VERSION,
  readLatencyProfile,
} from '@dragon/scenarios';
import { ANY_BYTES } from './byte-mutations.ts';
import { commandAnswer } from './command-answer.ts';
import { type Fuzzer, WrongAnswer } from './fuzzer.ts';
import { packedOrNot } from './gzip-mutations.ts';
import { JSON_TEXT } from './json-mutations.ts';
import { oneOf } from './mutation.ts';
import { KERNEL_LOG, LOCKS_LOG, OTHER_LOGS } from './sample-logs.ts';
import { FTRACE_TEXT, OTHER_FTRACE_TEXTS } from './sample-traces.ts';
import { LINES } from './text-mutations.ts';
import { YAML_TEXT } from './yaml-mutations.ts';

const bytesOf = (texts: readonly string[]) => async () => texts.map((text) => Buffer.from(text));

const KERNEL_TEXT = packedOrNot(oneOf(LINES, LINES, LINES, ANY_BYTES));

/** Returns a fuzzer whose commands have their turns, by the length of the input. */
function commandFuzzer(
  name: string,
  readers: (path: string) => readonly [readonly string[], ...(readonly string[])[]],
): Fuzzer['answer'] {
  return async (input, { folder }) => {
    const path = join(folder, name);
    writeFileSync(path, input);
    const all = readers(path);
    const words = all[input.length % all.length] ?? all[0];
    return `${words.slice(0, words.indexOf(path)).join(' ')}: ${await commandAnswer(words, input)}`;
  };
}

export const KERNEL_LOG_FUZZER: Fuzzer = {
  samples: bytesOf([KERNEL_LOG, LOCKS_LOG, ...OTHER_LOGS]),
  mutate: KERNEL_TEXT,
  answer: commandFuzzer('dmesg.txt', (path) => [
    ['import', 'dmesg', path],
    ['import', 'dmesg', path, '--json'],
  ]),
};

export const FTRACE_FUZZER: Fuzzer = {
  samples: bytesOf([FTRACE_TEXT, FTRACE_TEXT, ...OTHER_FTRACE_TEXTS]),
  mutate: KERNEL_TEXT,
  answer: commandFuzzer('trace.txt', (path) => [
    ['import', 'ftrace', path],
    ['import', 'ftrace', path, '--json'],
    ['conform', path],
    ['conform', path, '--verbose'],
    ['conform', path, '--json'],
    ['calibrate', path],
    ['calibrate', path, '--json'],
  ]),
};

const TIMES = { samples: 9, p50: 900, p90: 1_500, p99: 9_000, unit: 'ns' };

const LATENCY_PROFILE = formatLatencyProfile({
  format: LATENCY_PROFILE_FORMAT,
  version: LATENCY_PROFILE_VERSION,
  source: { file: 'trace.txt', kernel: '6.1.0' },
  jiffyNs: 4_000_000,
  delays: {
    evictInode: { kind: 'fixed', ns: 900 },
    ifree: { kind: 'uniform', min: 100, max: 9_000 },
    truncate: {
      kind: 'quantiles',
      points: [
        [0, 100],
        [0.5, 900],
        [1, 9_000],
      ],
    },
    jiffy: { kind: 'ticks', period: 4_000_000, count: 1 },
  },
  fitted: [{ name: 'evictInode', ...TIMES, unit: 'ns' }],
});

export const LATENCY_FUZZER: Fuzzer = {
  samples: bytesOf([LATENCY_PROFILE]),
  mutate: JSON_TEXT,
  async answer(input, { folder }) {
    const path = join(folder, 'latency.json');
    writeFileSync(path, input);
    const answer = await commandAnswer(
      ['run', 'seed-deadlock', '--cpus', '1', '--until', '1ms', '--latency', path, '--json'],
      input,
    );
    if (answer !== 'exit 1' && answer !== 'stopped')
      expectSame(input.toString(), readLatencyProfile, formatLatencyProfile);
    return answer;
  },
};

const FAULT_PLANS = [
  `faults:
  - stall-cpu cpu=0 for=2ms at=1ms
  - kill-task task=allocator/0 at=2ms
  - fail-page-alloc task-filter=allocator/0 at=500us probability=50 times=3
rules:
  - name: late
    fate: delay
    messages: ag.lock
    by: 1us..5us
    probability: 0.25
  - fate: drop
    messages: kswapd.wake
    from: allocator/0
    since: 1ms
    until: 2s
  - {fate: hold, messages: [kswapd.wake], release: 3ms}
`,
  `# A plan of rules alone.
rules:
  - {fate: drop, messages: kswapd.wake}
  - {fate: reorder, messages: all, by: 10us}
  - {fate: duplicate, messages: kswapd.wake, by: 1ms}
`,
];

export const FAULT_PLAN_FUZZER: Fuzzer = {
  samples: bytesOf(FAULT_PLANS),
  mutate: YAML_TEXT,
  async answer(input, { folder }) {
    const path = join(folder, 'plan.yaml');
    writeFileSync(path, input);
    const answer = await commandAnswer(
      ['run', 'seed-deadlock', '--cpus', '1', '--until', '5ms', '--plan', path, '--json'],
      input,
    );
    if (answer === 'exit 0' || answer === 'exit 2') expectSame(input.toString(), readFaultPlan, formatFaultPlan);
    return answer;
  },
};

/** What was read, written and read again says the same. */
function expectSame<T>(text: string, read: (text: string) => T, format: (value: T) => string): void {
  const once = format(read(text));
  const again = format(read(once));
  if (once !== again) throw new WrongAnswer(`written and read again it is another: ${once} and ${again}`);
}
