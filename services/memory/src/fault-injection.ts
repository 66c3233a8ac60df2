/**
 * Fault injection: which page the allocator does not give although it could. Linux 6.1 lib/fault-inject.c
 * should_fail_ex, fail_dump; mm/page_alloc.c should_fail_alloc_page. Every page of the model is of order 0, and
 * min-order, ignore-gfp-wait and ignore-gfp-highmem are as if they were 0, N and N. Leaves out the filter by stack and
 * the dump of one.
 */
import { type AgentId, RandomStream, type StreamState } from '@dragon/engine';
import type { FaultAttr, MemoryMessage, Received } from '@dragon/kernel';

type Event<T extends MemoryMessage['type']> = Received<Extract<MemoryMessage, { type: T }>>;

/** /proc/PID/fail-nth: the task's allocation that is the `nth` from now on fails. */
type FailNth = { readonly task: AgentId; readonly nth: number };

/** /sys/kernel/debug/fail_page_alloc as somebody has set it, and what has been counted since. */
interface FailPageAlloc extends FaultAttr {
  /** The fault that set it. */
  readonly fault: string;
  readonly count: number;
  readonly random: StreamState;
}

export interface FaultInjection {
  readonly attr: FailPageAlloc | null;
  readonly failNth: readonly FailNth[];
}

export const NO_INJECTION: FaultInjection = { attr: null, failNth: [] };

/** FAULT_ATTR_INITIALIZER: what the log says of an allocation that only fail-nth made fail. */
const INITIAL = { interval: 1, probability: 0, space: 0, times: 1 };

/** Sets the attributes anew, as somebody does who writes them. */
export function attrSet(injection: FaultInjection, event: Event<'memory.failPageAlloc'>): FaultInjection {
  const { fault, seed, attr } = event;
  return { ...injection, attr: { ...attr, fault, count: 0, random: RandomStream.of(seed, fault).save() } };
}

/** The probability is 0 again, unless another fault has set the attributes meanwhile. */
export function attrReset(injection: FaultInjection, { fault }: Event<'memory.failPageAllocNoMore'>): FaultInjection {
  return injection.attr?.fault === fault ? { ...injection, attr: null } : injection;
}

export function failNthSet(injection: FaultInjection, { task, nth }: Event<'memory.failNth'>): FaultInjection {
  const others = injection.failNth.filter((each) => each.task !== task);
  return { ...injection, failNth: [...others, { task, nth }] };
}

/** What came of the allocations of some pages, one after the other. */
export interface Injected {
  /** Pages before the one that fails; all of them if none does. */
  readonly passed: number;
  readonly fails: boolean;
  readonly injection: FaultInjection;
  /** Lines of the log. */
  readonly log: readonly string[];
}

/** Returns which of `pages` pages that a task allocates one after the other is the first to fail. */
export function pagesInjected(injection: FaultInjection, task: AgentId, pages: number): Injected {
  if (injection === NO_INJECTION || injection.attr?.noFail.includes(task) === true)
    return { passed: pages, fails: false, injection, log: [] };
  let now = injection;
  for (let passed = 0; passed < pages; passed += 1) {
    const [fails, next] = pageChecked(now, task);
    now = next;
    if (fails) return { passed, fails, injection: failed(now), log: failDump(now.attr ?? INITIAL) };
  }
  return { passed: pages, fails: false, injection: now, log: [] };
}

/** should_fail_ex up to its label `fail`, in its order. */
function pageChecked(injection: FaultInjection, task: AgentId): readonly [fails: boolean, after: FaultInjection] {
  const { attr, failNth } = injection;
  const own = failNth.find((each) => each.task === task);
  if (own !== undefined) {
    const others = failNth.filter((each) => each !== own);
    const nth = own.nth - 1;
    return [nth === 0, { attr, failNth: nth === 0 ? others : [...others, { task, nth }] }];
  }
  if (attr === null || attr.probability === 0) return [false, injection];
  if (attr.taskFilter !== null && attr.taskFilter !== task) return [false, injection];
  if (attr.times === 0) return [false, injection];
  if (attr.space > 1) return [false, { attr: { ...attr, space: attr.space - 1 }, failNth }];
  const count = attr.interval > 1 ? attr.count + 1 : 0;
  if (attr.interval > 1 && count % attr.interval !== 0) return [false, { attr: { ...attr, count }, failNth }];
  const stream = RandomStream.restore(attr.random);
  const fails = attr.probability > stream.below(100);
  return [fails, { attr: { ...attr, count, random: stream.save() }, failNth }];
}

/** `times` is how often it still may fail; -1 is without end. */
function failed({ attr, failNth }: FaultInjection): FaultInjection {
  if (attr === null || attr.times <= 0) return { attr, failNth };
  return { attr: { ...attr, times: attr.times - 1 }, failNth };
}

const failDump = ({ interval, probability, space, times }: Pick<FaultAttr, keyof typeof INITIAL>): string[] => [
  'FAULT_INJECTION: forcing a failure.',
  `name fail_page_alloc, interval ${interval}, probability ${probability}, space ${space}, times ${times}`,
];
