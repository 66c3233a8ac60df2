/** Fuzzers of what programs write for programs: frames, addresses of the page, runs that are kept. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RunMeasures } from '@dragon/compare';
import { decode, encode, packData, unpackData } from '@dragon/federation/codec';
import { BODIES, envelope } from '@dragon/federation/sample-frames';
import { formatFragment, fragmentTrouble, readFragment } from '@dragon/inspection';
import { isPrintable } from '@dragon/report';
import { CompareState } from '../../compare/compare-state.ts';
import { OperationalError } from '../../failure.ts';
import { ANY_BYTES } from './byte-mutations.ts';
import { type Fuzzer, WrongAnswer } from './fuzzer.ts';
import { JSON_TEXT } from './json-mutations.ts';
import { type Mutation, oneOf } from './mutation.ts';
import { LINES } from './text-mutations.ts';
import { mutatedTree } from './tree-mutations.ts';

/** Of msgpack: a value that was changed, and what is nested deeper than any stack. */
export const MSGPACK_VALUE: Mutation = (input, draw) => {
  try {
    return Buffer.from(packData(mutatedTree(unpackData(input), draw)));
  } catch {
    return Buffer.concat([
      input.subarray(0, draw.below(input.length + 1)),
      Buffer.alloc(200_000, draw.of([0x91, 0x81])),
    ]);
  }
};

export const FRAME_FUZZER: Fuzzer = {
  samples: () => Promise.resolve(Object.values(BODIES).map((body) => Buffer.from(encode(envelope, body)))),
  mutate: oneOf(MSGPACK_VALUE, MSGPACK_VALUE, ANY_BYTES),
  answer(input) {
    const { frame, problem } = decode(input);
    if (frame === undefined) return Promise.resolve(problem === '' ? 'refused without a word' : 'refused');
    const again = decode(encode(frame, frame)).frame;
    if (!isDeepStrictEqual(again, frame)) return wrong(`sent on, a ${frame.kind} is another frame`);
    return Promise.resolve('read');
  },
};

const FRAGMENTS = [
  't=2220882078&v=0-2220882078&s=chart&sel=kswapd/0&open=kswapd/0,inodegc/0&q=xfs+scrub&run=03c7f7de3f9080ae',
  '#t=live&x=order&s=waits&pin=ag/0&hide=timers&unfold=cpu&p=1&fork=kill-task+task=allocator/0+at=100ms,freeze+at=1s',
];

export const FRAGMENT_FUZZER: Fuzzer = {
  samples: () => Promise.resolve(FRAGMENTS.map((text) => Buffer.from(text))),
  mutate: oneOf(LINES, ANY_BYTES),
  answer(input) {
    const text = input.toString();
    const read = readFragment(text);
    const again = readFragment(formatFragment(read));
    if (!isDeepStrictEqual(again, read)) return wrong(`written and read again it is ${JSON.stringify(again)}`);
    const trouble = fragmentTrouble(text);
    if (trouble !== undefined && !isPrintable(trouble)) return wrong(`it prints ${JSON.stringify(trouble)}`);
    return Promise.resolve(trouble === undefined ? 'read' : 'read in part');
  },
};

const ORIGIN = { scenario: 'short-queue', untilNs: 300, model: 'abc' };
const KEYS = ['a', 'b', 'c'];

function measuresOf(key: string): RunMeasures {
  const seed = KEYS.indexOf(key);
  const stalls = { samples: { counts: [seed, 1], min: seed, max: seed }, unfinished: 0 };
  return {
    deadlockAt: seed === 1 ? 17 : null,
    oom: null,
    kswapdStalls: stalls,
    allocStalls: stalls,
    waits: { statfs: stalls },
    pressure: null,
    inactivated: null,
    boot: { kill: null, kswapdCpuChanges: 0, kswapdQueued: 0, touched: {} },
    endedAt: 300,
    events: seed,
    digest: key.repeat(16),
  };
}

/** Of the runs that are kept none is another: what is damaged is made again. */
export const STATE_FUZZER: Fuzzer = {
  samples({ folder }) {
    const path = join(folder, 'whole.jsonl');
    rmSync(path, { force: true });
    const state = new CompareState(path, ORIGIN);
    for (const key of KEYS) state.add(key, measuresOf(key));
    return Promise.resolve([readFileSync(path)]);
  },
  mutate: JSON_TEXT,
  answer(input, { folder }) {
    const path = join(folder, 'runs.jsonl');
    writeFileSync(path, input);
    try {
      const state = new CompareState(path, ORIGIN);
      for (const key of KEYS) {
        const kept = state.get(key);
        if (kept !== undefined && !isDeepStrictEqual(kept, measuresOf(key)))
          return wrong(`run ${key} is another: ${JSON.stringify(kept).slice(0, 200)}`);
      }
      return Promise.resolve(state.damaged > 0 ? 'read in part' : 'read');
    } catch (error) {
      if (error instanceof OperationalError) return Promise.resolve('refused');
      throw error;
    }
  },
};

const wrong = (what: string) => Promise.reject(new WrongAnswer(what));
