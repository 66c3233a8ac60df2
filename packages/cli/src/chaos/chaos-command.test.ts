/** `dragon chaos`, with real worker threads: bad usage, the same hunt by one thread and by two, going on, replays. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SCENARIOS } from '@dragon/scenarios';
import { afterAll, expect, test } from 'vitest';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';
import { CHAOS_LIST } from './chaos-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-chaos-'));
afterAll(() => rmSync(folder, { recursive: true }));

const chaos = (line: string) => dragonInProcess(['chaos', ...line.split(' ').filter(Boolean)]);

test('no scenario is called what the command takes for another word', () => {
  expect(SCENARIOS.map(({ name }) => name)).not.toContain(CHAOS_LIST);
});

test.each([
  ['', 'chaos needs SCENARIO'],
  ['short-queu', "unknown scenario 'short-queu'; did you mean short-queue?"],
  ['short-queue --for soon', "--for: 'soon' is not a duration"],
  ['short-queue --seeds 3..1', "--seeds: '3..1' must begin with the lower seed"],
  ['short-queue --random --plan x.yaml', '--random: give this or --plan, not both'],
])('dragon chaos %s', async (line, message) => {
  const { code, out, err } = await chaos(line);
  expect(err).toContain(`dragon: ${message}`);
  expect([code, out]).toEqual([64, '']);
});

interface Hunted {
  readonly runs: number;
  readonly keptRuns: number;
  readonly findings: readonly {
    readonly atNs: number;
    readonly line: string;
    readonly plan: string | null;
    readonly replay: string;
  }[];
}

/** What does not depend on how the runs were made. */
const hunted = (out: string): Hunted => {
  const { wallSeconds: _, workers: __, keptRuns, ...rest } = JSON.parse(out) as Hunted & Record<string, unknown>;
  return { ...rest, keptRuns };
};

test('one thread and two hunt alike, a hunt that was cut short goes on, and what it found is found again', {
  timeout: 120_000,
}, async () => {
  const path = (name: string) => join(folder, `${name}.jsonl`);
  const hunt = 'seed-deadlock --profile v6.1 --cpus 1 --seeds 1..10 --json --until 3s';
  const one = await chaos(`${hunt} --jobs 1 --state ${path('hunt')}`);
  expect(one.code).toBe(2);
  const whole = hunted(one.out);
  expect(whole.runs).toBe(10);

  // Some runs are missing, one of them long before others that are there.
  const lines = readFileSync(path('hunt'), 'utf8').split('\n');
  writeFileSync(path('hunt'), [...lines.slice(0, 4), ...lines.slice(5, 9), ''].join('\n'));
  const resumed = hunted((await chaos(`${hunt} --jobs 2 --state ${path('hunt')}`)).out);
  expect(resumed).toEqual({ ...whole, keptRuns: 7 });

  for (const { replay, line, atNs } of whole.findings) {
    const [, , ...words] = replay.split(' ');
    const again = await dragonInProcess([...shellWords(words.join(' ')), '--json']);
    expect(again.code).toBe(2);
    // A run that was cut goes on when it is made again, to what it may still find.
    const { findings } = JSON.parse(again.out) as { findings: readonly { atNs: number }[] };
    expect(findings.map((each) => each.atNs)).toContain(atNs);
    expect(line).toMatch(/\w/);
  }
});

/** The words that a shell makes of a line with single quotes. */
const shellWords = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
