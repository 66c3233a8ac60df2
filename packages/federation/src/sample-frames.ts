/** Sample frames, one of every kind with every member that it may have, for tests of the codec and for its fuzzer. */
import type { Plan } from '@dragon/engine';
import type { Body, FrameKind } from './frame.ts';

export const envelope = { from: 'f-1', session: 4_000_000_000 };
const message = { type: 'lock.take', how: { deep: [1, null, 'x', true, 0.5] } };
const row = [17, 'a/1', 'b', 3, message, null, 9, 'held'] as const;
const timerRow = [18, 'a/1', 'a/1', 4, message, 'rest', 10, 'free'] as const;
const outcome = {
  next: Number.MAX_SAFE_INTEGER,
  sent: [{ to: 'f-2', seq: 4, count: 2, minAt: 2 ** 50, tag: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  changes: [
    {
      at: 3,
      agent: 'a/1',
      facts: {
        task: {
          waitsFor: { resource: 'lock', mode: 'polling' as const, lock: 'W' as const, stack: ['down'] },
          holds: [{ resource: 'l', mode: 'R' as const }],
        },
        resources: [{ resource: 'a/1', holders: [['x']], waiters: [[{ task: 'y' }]] }],
      },
    },
  ],
  hits: [[3, 'a/1', 'mm_shrink_slab_start', { nrToScan: 1_024, priority: 12, name: 'sb', kswapd: true }]] as const,
  lines: [[3, 'a/1', 'a line']] as const,
  census: [[4, 'a/1', { queued: 3, batch: 0 }]] as const,
  processed: 12,
  fault: null,
};

const PLAN: Plan = {
  seed: -5,
  agents: [
    {
      id: 'a/1',
      kind: 'a',
      params: { x: [1] },
      task: { comm: 'kworker/0:1', pid: 71, kernelThread: true, workqueue: 'wq' },
      peers: ['b'],
      peerKinds: ['b'],
    },
    { id: 'b', kind: 'b', params: null },
  ],
  resources: [
    { id: 'l', noun: 'the lock', holds: 'holds', took: 'took', holder: ['held by ', ''] },
    { id: 'd', noun: 'a disk', holds: 'holds', took: 'took', holder: ['held by ', ''], outside: true },
  ],
  latency: {
    delays: {
      one: { kind: 'fixed', ns: 1 },
      two: { kind: 'uniform', min: 0, max: 9 },
      three: {
        kind: 'quantiles',
        points: [
          [0, 1],
          [0.5, 2],
          [1, 10],
        ],
      },
      four: { kind: 'ticks', period: 4, count: 2 },
    },
    links: { default: 5, 'a>b': 7 },
  },
  until: 100,
  grace: 1,
  stopOnFinding: true,
};

/** One frame of every kind. */
export const BODIES: { readonly [K in FrameKind]: Body<K> } = {
  hello: { kind: 'hello', instance: 'i', kinds: ['a'], capacity: Number.MAX_SAFE_INTEGER },
  pulse: { kind: 'pulse', beat: 3 },
  place: {
    kind: 'place',
    instance: 'i',
    plan: PLAN,
    federates: ['f-1', 'f-2'],
    hosts: [0, 1],
    back: [0, 7],
    record: { rows: true, census: true, hits: ['oom_kill'] },
    checkpoint: 3,
    epoch: 1_800_000_000_000,
  },
  placed: {
    kind: 'placed',
    planDigest: '0123456789abcdef',
    ...outcome,
    fault: { agent: 'a/1', text: 'broke', event: null },
  },
  events: { kind: 'events', seq: 1, window: 2, events: [[17, 'a/1', 'b', 3, message]] },
  grant: {
    kind: 'grant',
    window: 1,
    after: 0,
    lbts: 2 ** 53 - 1,
    expect: [{ name: 'f-2', seq: 4, count: 2, minAt: 17, tag: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    acked: [],
  },
  report: {
    kind: 'report',
    window: 1,
    ...outcome,
    fault: { agent: 'b', text: 'broke', event: [17, 'b', 'b', 3, message, 'rest'] },
    rows: [row, timerRow],
  },
  busy: { kind: 'busy', window: 3, missing: [{ name: 'f-2', seqs: [1, 2] }] },
  save: { kind: 'save', checkpoint: 4, complete: 3, window: 7, arrived: [{ name: 'f-2', seq: 4 }] },
  saved: { kind: 'saved', checkpoint: 4, stored: true },
  resend: { kind: 'resend', seqs: [1, 2] },
  finish: { kind: 'finish', end: 100, window: 7, history: ['a/1'] },
  finished: {
    kind: 'finished',
    digests: [['a/1', -1, 5, 12]],
    history: [['a/1', [row]]],
    processed: 12,
    next: 2 ** 50,
    stepUs: 1_234,
    wireUs: 567,
  },
  fault: { kind: 'fault', instance: 'i', text: 'no', blamed: 'f-2', badCheckpoint: false },
  abort: { kind: 'abort', text: 'no', instances: ['i'] },
  goodbye: { kind: 'goodbye', instances: [] },
  watch: { kind: 'watch', agents: ['a/1'], states: true, moves: false },
  unwatch: { kind: 'unwatch' },
  present: {
    kind: 'present',
    stream: 1,
    seq: 0,
    before: 0,
    plan: PLAN,
    agents: [
      { at: 17, agent: 'a/1', kind: 'a', state: 'held', saved: { by: 'b' } },
      { at: 17, agent: 'b', kind: 'b', state: 'idle' },
    ],
  },
  seen: {
    kind: 'seen',
    stream: 1,
    seq: 1,
    before: 2,
    steps: [
      {
        at: 17,
        agent: 'a/1',
        kind: 'a',
        event: { at: 17, to: 'a/1', from: 'a/1', seq: 3, message, timer: 'rest' },
        index: 9,
        state: 'held',
        before: { by: null },
        after: { by: 'b' },
        effects: [
          { kind: 'send', to: 'b', message },
          {
            kind: 'setTimer',
            timer: 'rest',
            delay: { name: 'one', times: 2, pausable: true, background: false },
            message,
          },
          { kind: 'cancelTimer', timer: 'rest' },
          { kind: 'pauseTimers' },
          { kind: 'resumeTimers' },
          { kind: 'choose', type: 'a.chosen', options: 3 },
          { kind: 'log', text: 'a line' },
          { kind: 'trace', event: 'oom_kill', fields: { pid: 3, comm: 'x', first: true } },
        ],
        moves: [
          {
            message,
            from: 'a/1',
            timer: 'rest',
            taken: [{ source: 'free', target: ['held'], by: 'after rest', index: 0 }],
          },
        ],
      },
      { at: 0, agent: 'b', kind: 'b', event: null, index: 0, state: 'idle', effects: [] },
    ],
  },
  joining: { kind: 'joining', reported: [{ kind: 'a', count: 2 }], missing: ['b'] },
  planned: { kind: 'planned', plan: PLAN },
  progress: { kind: 'progress', at: 17, events: 9, paused: false, speed: 0.5, about: { heading: 'a run' } },
  over: { kind: 'over', digest: '0123456789abcdef', endedAt: 20, foundAt: 17, events: 10, findings: ['deadlock'] },
  pace: { kind: 'pace', request: 2, paused: false, speed: null, stopBefore: 100 },
  part: { kind: 'part', id: 1, index: 0, pieces: 2, bytes: new Uint8Array([1, 2]) },
};
