/** The fuzzer of each kind of input. */
import { FRAGMENT_FUZZER, FRAME_FUZZER, STATE_FUZZER } from './data-fuzzers.ts';
import type { FuzzKind } from './fuzz-kinds.ts';
import type { Fuzzer } from './fuzzer.ts';
import { CHECKPOINT_FUZZER, JOURNAL_FUZZER } from './store-fuzzers.ts';
import { FAULT_PLAN_FUZZER, FTRACE_FUZZER, KERNEL_LOG_FUZZER, LATENCY_FUZZER } from './text-fuzzers.ts';
import { OLD_TRACE, TRACE } from './trace-fuzzers.ts';

export const FUZZERS: Readonly<Record<FuzzKind, Fuzzer>> = {
  trace: TRACE,
  'old-trace': OLD_TRACE,
  'kernel-log': KERNEL_LOG_FUZZER,
  ftrace: FTRACE_FUZZER,
  latency: LATENCY_FUZZER,
  'fault-plan': FAULT_PLAN_FUZZER,
  state: STATE_FUZZER,
  fragment: FRAGMENT_FUZZER,
  frame: FRAME_FUZZER,
  checkpoint: CHECKPOINT_FUZZER,
  journal: JOURNAL_FUZZER,
};
