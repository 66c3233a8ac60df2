/** A run's `--json` is enough to make it again: from its settings alone, without what the first run was given. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-again-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Made {
  readonly scenario: string;
  readonly profile: string;
  readonly policy: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly cpus: number;
  readonly untilNs: number;
  readonly keepGoing: boolean;
  readonly set: readonly { readonly text: string; readonly key: string }[];
  readonly latency: { readonly delays: object } | null;
  readonly faults: readonly { readonly text: string }[];
  readonly planDigest: string;
  readonly digest: string;
}

async function made(words: readonly string[]): Promise<Made> {
  const { out, err } = await dragonInProcess(['run', ...words, '--json']);
  expect(err).toBe('');
  return JSON.parse(out) as Made;
}

function profileFile(name: string, delays: object): string {
  const file = join(folder, name);
  const heading = { format: 'sleeping-dragon latency profile', version: 1, source: { file: 'a trace' } };
  writeFileSync(file, JSON.stringify({ ...heading, delays }));
  return file;
}

const LATENCY = profileFile('costs.json', { ifree: { kind: 'fixed', ns: 14_651 } });

test.each([
  [['seed-deadlock']],
  [['seed-deadlock', '--profile', 'v6.1.0', '--latency', LATENCY, '--seed', '4', '--cpus', '2']],
  [['seed-deadlock', '--policy', 'throttle=timed(250ms),shrinkers=srcu', '--until', '2.5s', '--keep-going']],
  [['big-cache-50k', '--set', 'inodes=5k', '--set', 'free=1000pages', '--set', 'at=1.5ms', '--until', '1s']],
  [['seed-deadlock', '--fault', 'stall-cpu cpu=1 for=2ms at=100ms', '--fault', 'kill-task task=allocator/0 at=200ms']],
])('%j', async (words) => {
  const first = await made(words);
  const { scenario, profile, policy, seed, cpus, untilNs, keepGoing, set, latency, faults } = first;
  const options = Object.entries(policy).map(([option, value]) => `${option}=${value}`);
  const settings =
    `${scenario} --profile ${profile} --policy ${options.join(',')} --seed ${seed} --cpus ${cpus} --until ${untilNs}ns`.split(
      ' ',
    );
  if (keepGoing) settings.push('--keep-going');
  if (latency !== null) settings.push('--latency', profileFile('again.json', latency.delays));
  for (const { key, text } of set) settings.push('--set', `${key}=${text}`);
  for (const { text } of faults) settings.push('--fault', text);
  const again = await made(settings);
  expect([again.planDigest, again.digest]).toEqual([first.planDigest, first.digest]);
});
