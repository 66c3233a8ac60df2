/** The kinds of input that are fuzzed: each is a parser, or a family of them that reads the same. */

const FUZZ_KINDS = {
  trace: 'traces, in members: replay, diff, export',
  'old-trace': 'traces of lines of JSON: replay, diff, export',
  'kernel-log': "kernels' logs, plain and gzip: import dmesg",
  ftrace: 'texts of ftrace and perf, plain and gzip: import ftrace, conform, calibrate',
  latency: 'latency profiles: run --latency',
  'fault-plan': 'fault plans: run --plan',
  state: 'runs that are kept: compare --state, chaos --state',
  fragment: "addresses of the inspector's page",
  frame: 'frames of a federation',
  checkpoint: 'what a run has stored of itself and its federates: run --resume',
  journal: 'the rounds that a run has stored: run --resume',
} as const;

export type FuzzKind = keyof typeof FUZZ_KINDS;

export const FUZZ_KIND_NAMES = Object.keys(FUZZ_KINDS) as readonly FuzzKind[];

export const isFuzzKind = (name: string): name is FuzzKind => Object.hasOwn(FUZZ_KINDS, name);
