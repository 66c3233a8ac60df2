/**
 * Traces that are cut, filtered, torn, of other CPUs: whatever is left of one, what is inferred of it is a workload
 * that can be run, or none.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FtraceParser, WorkloadFinder } from '@dragon/ftrace';
import { inferredWorkload, type Workload } from '@dragon/scenarios';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workloadSchema } from '../json/workload-schema.ts';

const EXCERPT = fileURLToPath(new URL('../../../ftrace/src/excerpt.fixture.txt', import.meta.url));
const LINES = readFileSync(EXCERPT, 'utf8').trimEnd().split('\n');
const NAMES = [...new Set(LINES.flatMap((line) => /: ([a-z_]+): /.exec(line)?.[1] ?? []))];

const change = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), from: fc.nat(LINES.length), count: fc.nat(LINES.length) }),
  fc.record({ kind: fc.constant('without' as const), name: fc.constantFrom(...NAMES) }),
  fc.record({ kind: fc.constant('cpus' as const), of: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ kind: fc.constant('torn' as const), every: fc.integer({ min: 2, max: 40 }), at: fc.nat(160) }),
  fc.record({ kind: fc.constant('swapped' as const), every: fc.integer({ min: 2, max: 40 }) }),
  fc.record({ kind: fc.constant('clock' as const), seconds: fc.nat(2_000_000) }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(lines: readonly string[], how: Change): string[] {
  switch (how.kind) {
    case 'cut':
      return lines.slice(how.from, how.from + how.count);
    case 'without':
      return lines.filter((line) => !line.includes(`: ${how.name}:`));
    case 'cpus':
      return lines.map((line, i) => line.replace(/\[\d{3}\]/, `[${String(i % how.of).padStart(3, '0')}]`));
    case 'torn':
      return lines.map((line, i) => (i % how.every === 0 ? line.slice(0, how.at) : line));
    case 'swapped':
      return lines.map((line, i) => (i % how.every === 0 ? (lines[i + 1] ?? line) : line));
    case 'clock':
      return lines.map((line, i) => (i % 2 === 0 ? line : line.replace(/ (\d+)(\.\d{6}):/, ` ${how.seconds}$2:`)));
  }
}

function inferredFrom(lines: readonly string[]): Workload {
  const finder = new WorkloadFinder();
  const parser = new FtraceParser(finder);
  for (const line of lines) parser.line(line);
  parser.end();
  return inferredWorkload(finder.result()).workload;
}

test('whatever is left of a trace', () => {
  let some = 0;
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
      const workload = inferredFrom(changes.reduce<readonly string[]>(changed, LINES));
      if (workload.tasks.length === 0) return;
      some += 1;
      const written: unknown = JSON.parse(JSON.stringify(workload));
      expect(workloadSchema.parse(written)).toEqual(written);
    }),
    { seed: 1, numRuns: 300 },
  );
  expect(some).toBeGreaterThan(100);
});
