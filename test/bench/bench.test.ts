/** Every bench runs, in tiny sizes that measure nothing; the command has one line for what it does not know. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from './bench-programs.ts';
import { benchCommand } from './bench-command.ts';
import { benchHeading, benchText } from './bench-text.ts';
import { BENCHES } from './benches.ts';
import type { Figure } from './figure.ts';
import { runBench } from './run-bench.ts';

const TIMEOUT = { timeout: 120_000 };

async function bench(...words: readonly string[]) {
  let [out, err] = ['', ''];
  const code = await benchCommand(words, {
    print: (text) => {
      out += text;
    },
    note: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

function expectFigures(figures: readonly Figure[], name: string): void {
  expect(figures.length).toBeGreaterThan(0);
  expect(new Set(figures.map((figure) => figure.name)).size).toBe(figures.length);
  for (const figure of figures) {
    expect(figure.name.startsWith(`${name}.`)).toBe(true);
    expect(figure).toEqual(
      expect.objectContaining({ value: expect.any(Number), unit: expect.any(String), against: expect.any(String) }),
    );
    expect(Number.isFinite(figure.value), figure.name).toBe(true);
  }
}

test.each(BENCHES.map((each) => [each.name, each] as const))('%s runs', TIMEOUT, async (name, it) => {
  const result = await runBench(it, { quick: true, before: undefined });
  expectFigures(result.figures, name);
  const lines = (benchHeading(it) + benchText(result)).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test('with a checkout of before, a run is compared with it', TIMEOUT, async () => {
  const run = BENCHES.find(({ name }) => name === 'run');
  if (run === undefined) throw new Error('there is no bench run');
  const { figures, leftOut } = await runBench(run, { quick: true, before: ROOT });
  expect(leftOut).toEqual([]);
  expect(figures.map(({ name }) => name)).toContain('run.pressure.cold-over-before');
});

test('--json is one object with the metrics, those of the benches that were named', TIMEOUT, async () => {
  const { code, out } = await bench('ring', '--quick', '--json');
  expect(code).toBe(0);
  const { metrics, leftOut } = JSON.parse(out) as { readonly metrics: readonly Figure[]; readonly leftOut: object };
  expectFigures(metrics, 'ring');
  expect(leftOut).toEqual([]);
});

test('a full device under standard output: one line, and an exit code of its own', TIMEOUT, async () => {
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--list'], {
    cwd: ROOT,
    stdio: ['ignore', full, 'pipe'],
  });
  let err = '';
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  const [code] = await once(child, 'close');
  expect(err).toBe('bench: standard output cannot be written: no space is left on its device\n');
  expect(code).toBe(74);
});

test('--list has each bench with its time, in 80 columns', async () => {
  const { code, out } = await bench('--list');
  expect(code).toBe(0);
  const lines = out.split('\n');
  for (const { name, seconds } of BENCHES) {
    const line = lines.find((each) => each.startsWith(`${name} `));
    expect(line?.endsWith(`at most ${seconds} s`)).toBe(true);
  }
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  // The whole of it fits into a tea break, with a cake.
  expect(BENCHES.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThanOrEqual(1_260);
});

test.each([
  [['steps'], "bench: unknown bench 'steps'; did you mean step? (one of: step, ring, "],
  [['--jason'], "bench: unknown option '--jason'\n"],
  [['--before'], "bench: option '--before <dir>' argument missing\n"],
  [
    ['--before', 'nowhere'],
    "bench: --before: there is no checkout with its packages in 'nowhere' (npm run setup in it)",
  ],
  [['--quick', '--write-docs'], 'bench: --quick measures nothing that could be written into docs\n'],
])('%j is refused in one line', async (words, line) => {
  const { code, out, err } = await bench(...words);
  expect([code, out]).toEqual([64, '']);
  expect(err.startsWith(line)).toBe(true);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});
