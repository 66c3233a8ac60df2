/** Sequence diagrams, read by Mermaid's own parser. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import type { Row } from '@dragon/engine';
import { beforeAll, expect, test } from 'vitest';
import { MermaidSequence, type MermaidSelection } from './mermaid-sequence.ts';

/** What of Mermaid the tests need. */
interface Mermaid {
  /** Rejects for what it cannot read. */
  parse(text: string): Promise<unknown>;
  readonly mermaidAPI: { getDiagramFromText(text: string): Promise<{ readonly db: SequenceDb }> };
}
interface SequenceDb {
  getActors(): ReadonlyMap<string, { readonly description: string }>;
  getMessages(): readonly {
    readonly from: string;
    readonly to: string;
    readonly message: string;
    readonly type: number;
  }[];
}

/** Mermaid's numbers for what stands in a diagram. */
const KINDS: Readonly<Record<number, string>> = { 0: '->>', 1: '-->>', 2: 'note' };

const require = createRequire(import.meta.url);
let mermaid: Mermaid;
beforeAll(() => {
  const path = require.resolve('@mermaid-js/tiny');
  // A script for pages: it leaves its name in the global scope.
  runInThisContext(readFileSync(path, 'utf8'));
  mermaid = (globalThis as unknown as { readonly mermaid: Mermaid }).mermaid;
});

/** Mermaid hides entities behind letters of its own until it draws them. */
const shown = (text: string) => text.replaceAll(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code)));

/** Returns what Mermaid reads, a line for each arrow and note; rejects for what it cannot read. */
async function read(text: string): Promise<string[]> {
  await mermaid.parse(text);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const name = (id: string) => shown(db.getActors().get(id)?.description ?? id);
  return db.getMessages().map(({ from, to, message, type }) => {
    const kind = KINDS[type] ?? String(type);
    return `${name(from)} ${kind} ${from === to ? '' : `${name(to)} `}${shown(message)}`;
  });
}

const PLAN = {
  agents: [
    { id: 'kswapd/0', kind: 'kswapd', params: null, task: { comm: 'kswapd0', pid: 71 } },
    { id: 'ag/0', kind: 'ag', params: null },
  ],
  resources: [
    { id: 'AGI 0', noun: 'the AGI of AG 0', holds: 'holds', took: 'took', holder: ['held by ', ''] as const },
  ],
  latency: { delays: {}, links: { default: 1_000 } },
};

function diagram(
  fill: (sequence: MermaidSequence) => void,
  selection: Partial<MermaidSelection> = {},
  heading = 'a run',
) {
  const all = { agents: ['kswapd/0', 'ag/0'], from: 0, to: Number.MAX_SAFE_INTEGER };
  const sequence = new MermaidSequence({ heading, plan: PLAN }, { ...all, ...selection });
  fill(sequence);
  return sequence.text();
}

const row = (at: number, from: string, to: string, message: Row['message'], state: string): Row => ({
  at,
  from,
  to,
  seq: 0,
  index: 0,
  message,
  state,
});

function locking(sequence: MermaidSequence) {
  sequence.row(row(1_000, 'kswapd/0', 'kswapd/0', { type: 'go' }, 'lockingAgi'));
  sequence.row(row(2_000, 'kswapd/0', 'ag/0', { type: 'ag.lock', buffer: 'AGI', ino: 7, list: [1, 2] }, 'locked'));
  sequence.row(row(2_500, 'kswapd/1', 'ag/0', { type: 'ag.lock', buffer: 'AGF' }, 'locked'));
  const waitsFor = { resource: 'AGI 0', mode: 'uninterruptible', lock: '', stack: [] } as const;
  sequence.facts({ at: 2_600, agent: 'kswapd/0', facts: { task: { waitsFor, holds: [] } } });
  sequence.row(row(4_000, 'ag/0', 'kswapd/0', { type: 'task.bufferLocked', buffer: 'AGI', late: true }, 'evicting'));
}

test('messages are arrows, dashed where they answer; states and waits are notes', async () => {
  expect(await read(diagram(locking))).toEqual([
    'kswapd0 note ag/0 a run',
    'kswapd0 note 0.000001 lockingAgi',
    'kswapd0 ->> ag/0 0.000002 ag.lock buffer AGI, ino 7, 2 list',
    'ag/0 note 0.000002 locked',
    'kswapd0 note 0.000002 waits for the AGI of AG 0',
    'ag/0 -->> kswapd0 0.000004 task.bufferLocked buffer AGI, late',
    'kswapd0 note 0.000004 evicting',
  ]);
});

test('what is not selected is left out, but known: a state that was entered before is not entered again', async () => {
  expect(await read(diagram(locking, { from: 3_000 }))).toEqual([
    'kswapd0 note ag/0 a run',
    'ag/0 -->> kswapd0 0.000004 task.bufferLocked buffer AGI, late',
    'kswapd0 note 0.000004 evicting',
  ]);
  expect(await read(diagram(locking, { agents: ['ag/0'], to: 4_000 }))).toEqual([
    'ag/0 note a run',
    'ag/0 note 0.000002 locked',
  ]);
  expect(await read(diagram(locking, { from: 5_000, to: 6_000 }))).toEqual([
    'kswapd0 note ag/0 a run',
    'kswapd0 note ag/0 nothing from 0.000005000 s to 0.000006000 s',
  ]);
});

test.each([
  ['a;b', '#59;', 'end', 'wrap: x', '%%{init: {}}%%', '%% remark', '$$x$$', '<b>&amp;</b>', 'a->>b: c', '"`\\'],
  [
    'two\nlines',
    '\u001b[31m',
    'ﬂ°°',
    'kswapd – ü 😀',
    'participant a0',
    'loop',
    'style:x#35;',
    '@{}',
    '---',
    'x\u2028y',
  ],
])('nothing of a text is obeyed: %s', async (...texts) => {
  for (const text of texts) {
    const fill = (sequence: MermaidSequence) => {
      sequence.row(row(0, 'kswapd/0', 'ag/0', { type: text }, text));
    };
    expect(await read(diagram(fill, {}, text))).toEqual([
      `kswapd0 note ag/0 ${text}`,
      `kswapd0 ->> ag/0 0.000000 ${text}`,
      `ag/0 note 0.000000 ${text}`,
    ]);
  }
});

test('what is too much for a reader, or for Mermaid, is counted', async () => {
  const many = (count: number, type: string) => (sequence: MermaidSequence) => {
    for (let i = 0; i < count; i += 1) sequence.row(row(i, 'kswapd/0', 'ag/0', { type }, 'idle'));
  };
  const told = await read(diagram(many(1_431, 'x')));
  expect(told.length).toBe(1 + 1 + 200 + 1);
  expect(told.at(-1)).toBe('kswapd0 note ag/0 and 1,231 more messages and notes');
  const long = diagram(many(200, '%'.repeat(100)));
  expect(long.length).toBeLessThan(50_000);
  expect((await read(long)).at(-1)).toMatch(/ and \d+ more messages and notes$/);
});
