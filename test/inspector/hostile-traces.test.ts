/** Tests of traces that mean harm: the page and the command say in one line what is wrong with each. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Plan, planDigest } from '@dragon/engine';
import { isPrintable } from '@dragon/report';
import { readRun, requestRun } from '@dragon/scenarios';
import { afterAll, expect, test } from 'vitest';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { readTrace } from '../../packages/inspector-page/src/trace-reader.ts';
import type { Answer } from '../../packages/inspector-page/src/worker-protocol.ts';
import { columnsOf } from '../../packages/report/src/trace/trace-bytes.fixture.io.ts';
import { formatMember, type MemberKind } from '../../packages/report/src/trace/trace-member.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-hostile-traces-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PLAN = requestRun(readRun({ scenario: 'seed-deadlock' })).plan();
const FOOTER = { end: true, outcome: 'deadlock', events: 0, digest: 'd', endedAt: 9 };
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** What a container is made of, as text, so that anything can stand there. */
interface Parts {
  readonly header?: object | undefined;
  readonly plan?: object | undefined;
  readonly block?: readonly string[];
  readonly index?: object;
}

function container({ header = {}, plan = PLAN, block = [], index = {} }: Parts): Uint8Array {
  const parts: Uint8Array[] = [];
  let offset = 0;
  const add = (kind: MemberKind, text: string, at?: number) => {
    const part = formatMember(kind, gzipSync(text), at);
    parts.push(part);
    offset += part.length;
    return { offset: offset - part.length, length: part.length };
  };
  const digest = planDigest(plan as Plan);
  const head = { format: 'dragon-trace', version: 5, heading: 'h', command: {}, plan: digest, ...header };
  add('header', `${JSON.stringify(head).replace('"DEEP"', nested(10_000))}\n`);
  const planPlace = add('plan', `${JSON.stringify(plan)}\n`);
  const [summary = '', ...sections] = block;
  const blocks =
    summary === ''
      ? []
      : [{ ...add('block', [summary, ...sections, ''].join('\n')), ...(JSON.parse(summary) as object) }];
  const place = add('index', `${JSON.stringify({ footer: FOOTER, plan: planPlace, blocks, ...index })}\n`);
  add('end', '', place.offset);
  return Buffer.concat(parts);
}

function ndjson(header: object, ...lines: readonly string[]): Uint8Array {
  const head = { format: 'dragon-trace', version: 4, heading: 'h', command: {}, plan: planDigest(PLAN), ...header };
  return Buffer.from(
    [JSON.stringify(head).replace('"DEEP"', nested(10_000)), JSON.stringify(PLAN), ...lines, ''].join('\n'),
  );
}

const agents = (change: object, at = 4) => ({
  ...PLAN,
  agents: PLAN.agents.map((agent, i) => (i === at ? { ...agent, ...change } : agent)),
});
const paramsOf = (kind: string, change: object) => ({
  ...PLAN,
  agents: PLAN.agents.map((agent) =>
    agent.kind === kind ? { ...agent, params: { ...(agent.params as object), ...change } } : agent,
  ),
});
const run = (count: number, ino = 128) => ({ ino, count, fate: 'clean' });
const ROWS = JSON.stringify(columnsOf([]));
const summary = (...kinds: readonly (readonly [string, number])[]) => JSON.stringify({ first: 0, last: 0, kinds });
const block = { first: 0, last: 0, kinds: [] };
const HUGE = 2 ** 31;

type Case = readonly [name: string, bytes: Uint8Array, why: RegExp];

const CASES: readonly Case[] = [
  ['a task of an object', container({ plan: agents({ task: { comm: {}, pid: 7 } }) }), /agents\.4\.task\.comm must be/],
  ['no agents', container({ plan: { ...PLAN, agents: 5 } }), /agents must be a list/],
  ['no latency', container({ plan: { ...PLAN, latency: null } }), /latency must be an object/],
  ['a label of a list', container({ plan: { ...PLAN, resources: [[]] } }), /resources\.0 must be an object/],
  ['too late', container({ plan: { ...PLAN, until: 1e300 } }), /until must be an integer/],
  [
    'more inodes than numbers',
    container({ plan: paramsOf('inode-cache', { lru: [run(1e308)] }) }),
    /agents\.\d+\.params\.lru\.0\.count must be an integer from 0 to 33554432;/,
  ],
  [
    'more inodes than fit, one run after the other',
    container({ plan: paramsOf('inode-cache', { lru: [run(2 ** 24), run(2 ** 24, 2 ** 25), run(1, 2 ** 27)] }) }),
    /params\.lru\.2\.count must be an integer from 0 to 0;/,
  ],
  [
    'an inode of no group',
    container({ plan: paramsOf('inode-cache', { lru: [run(1, -1)] }) }),
    /params\.lru\.0\.ino must be an integer from 0 to 9007199254740991;/,
  ],
  [
    'more CPUs than are counted',
    container({ plan: paramsOf('kswapd', { cpus: [2 ** 32] }) }),
    /params\.cpus\.0 must be an integer from 0 to 65536;/,
  ],
  [
    'more pages than are counted',
    container({ plan: paramsOf('memory', { free: 0.5 }) }),
    /params\.free must be an integer from 0 to 1073741824;/,
  ],
  [
    'clusters larger than those of the kernel',
    container({ plan: paramsOf('inode-cache', { geometry: { inodesPerCluster: 33 } }) }),
    /params\.geometry\.inodesPerCluster must be an integer from 0 to 32;/,
  ],
  [
    'a wait beyond the exact numbers',
    container({ plan: paramsOf('kswapd', { policy: { throttle: { kind: 'timed', ns: 1e300 } } }) }),
    /params\.policy\.throttle\.ns must be a number/,
  ],
  ['a deep command', container({ header: { command: { a: 'DEEP' } } }), /its header: "command" must be/],
  ['a deep command of version 4', ndjson({ command: { a: 'DEEP' } }), /in line 1: "command" must be/],
  ['a deep version', container({ header: { version: 'DEEP' } }), /of version unknown/],
  [
    'a deep message',
    ndjson({}, `[0,"cpu/0","cpu/0",0,{"type":"x","deep":${nested(10_000)}},""]`),
    /field 5 \(message\)/,
  ],
  ['the plan elsewhere', container({ index: { plan: { offset: HUGE, length: HUGE } } }), /in its plan: it is damaged/],
  ['the plan nowhere', container({ index: { plan: { offset: -1, length: 1.5 } } }), /"offset" and "length" must be/],
  [
    'one block many times',
    container({ index: { blocks: Array.from({ length: 3 }, () => ({ ...block, offset: 600, length: 100 })) } }),
    /block 2 lies before the end of the block before it/,
  ],
  [
    'more rows than there are',
    container({ block: [summary(['row', HUGE]), ROWS], index: { footer: { ...FOOTER, events: HUGE } } }),
    /in block 1: "shape" must have 2147483648 entries, and has 0/,
  ],
];

/** A replay reads rows, and of these there are none. */
const BESIDE_ROWS: readonly Case[] = [
  [
    'a block elsewhere',
    container({ index: { blocks: [{ ...block, offset: Number.MAX_SAFE_INTEGER, length: HUGE }] } }),
    /in block 1: it is damaged/,
  ],
  [
    'more changes than there are',
    container({ block: [summary(['facts', HUGE]), '{"agents":[],"resources":[]}'] }),
    /in block 1: its changes of facts/,
  ],
  [
    'a census without end',
    container({
      block: [
        summary(['census', 1]),
        JSON.stringify({
          agents: ['a'],
          names: ['n'],
          of: [0],
          name: [0],
          at: [0],
          changes: [HUGE],
          which: [],
          value: [],
        }),
      ],
    }),
    /in block 1: its census is not what it must be/,
  ],
];

/** What the page says of a trace: why it cannot be opened, or up to where it can. */
async function saidByPage(name: string, bytes: Uint8Array): Promise<string> {
  const told: Answer[] = [];
  const file = new Blob([Uint8Array.from(bytes)]);
  const listener = { run: 'main', tell: (answer: Answer) => void told.push(answer), isWanted: () => true } as const;
  const failed = await readTrace({ name, file }, listener).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const cut = told.find(({ kind }) => kind === 'cut');
  return failed ?? (cut?.kind === 'cut' ? cut.why : `nothing: ${told.map(({ kind }) => kind).join()}`);
}

test.each(BESIDE_ROWS)('%s', async (_, bytes, why) => {
  const page = await saidByPage('hostile.trace', bytes);
  expect(page).toMatch(why);
  expect(isPrintable(page)).toBe(true);
});

test.each(CASES)('%s', async (_, bytes, why) => {
  const path = join(folder, 'hostile.trace');
  writeFileSync(path, bytes);
  const page = await saidByPage('hostile.trace', bytes);
  expect(page).toMatch(why);
  const { code, out, err } = await dragonInProcess(['replay', path]);
  expect(err).toMatch(why);
  expect(code).toBe(1);
  for (const text of [page, err.trimEnd(), out.trimEnd()]) expect(isPrintable(text), text).toBe(true);
  expect(Math.max(page.length, err.length)).toBeLessThan(500);
});

test('a series with a name that every object has is a series', async () => {
  const numbers = ['__proto__', 'constructor', 'free'];
  const census = {
    agents: ['memory/0'],
    names: numbers,
    of: [0, 0, 0],
    name: [0, 1, 2],
    at: [0, 1],
    changes: [3, 1],
    which: [0, 1, 2, 0],
    value: [7, 8, 9, null],
  };
  const bytes = container({ block: [summary(['census', 2]), JSON.stringify(census)] });
  const told: Answer[] = [];
  const file = new Blob([Uint8Array.from(bytes)]);
  await readTrace({ name: 'a', file }, { run: 'main', tell: (answer) => void told.push(answer), isWanted: () => true });
  const [chunk] = told.flatMap((answer) => (answer.kind === 'chunk' ? [answer.chunk] : []));
  expect(chunk?.census.map((sample) => Object.entries(sample.numbers))).toEqual([
    [
      ['__proto__', 7],
      ['constructor', 8],
      ['free', 9],
    ],
    [
      ['constructor', 8],
      ['free', 9],
    ],
  ]);
});
