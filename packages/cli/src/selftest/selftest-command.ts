/** `dragon selftest`: what this program promises, tried at random on this machine for as long as one likes. */
import { randomInt } from 'node:crypto';
import { unknownName } from '@dragon/kernel';
import { commandLines, EXIT, thousands, wrap } from '@dragon/report';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
import { counted } from '../run/run-output.ts';
import type { PartReport, SelftestPart } from './selftest-part.ts';
import { SELFTEST_PARTS } from './selftest-parts.ts';

/** The options as commander hands them over. */
export interface SelftestOptions {
  readonly minutes?: number;
  readonly cases?: number;
  readonly seed?: number;
  readonly only?: string;
  readonly json?: true;
}

const DEFAULT_MINUTES = 1;
const MINUTE_MS = 60_000;

interface TriedPart extends PartReport {
  readonly part: SelftestPart;
  readonly seconds: number;
}

/**
 * Returns the exit code: that of a bug if a promise was broken, an operational one if something could not be tried
 * here. What a Ctrl-C cut short is told as far as it came, before this rejects.
 */
export async function selftestCommand(
  options: SelftestOptions,
  context: CommandContext,
  all: readonly SelftestPart[] = SELFTEST_PARTS,
): Promise<number> {
  const { terminal, signal, env } = context;
  const { minutes = DEFAULT_MINUTES, cases } = options;
  const seed = options.seed ?? randomInt(2 ** 31);
  const [wanted, ...only] = options.only?.split('/') ?? [];
  const parts = wanted === undefined ? all : [partNamed(wanted, all)];
  if (!options.json) terminal.print(`Self-test with seed ${seed}\n`);
  const tried: TriedPart[] = [];
  const started = performance.now();
  for (const [i, part] of parts.entries()) {
    const begun = performance.now();
    // Time that one part leaves is shared out among those that follow.
    const share = (started + minutes * MINUTE_MS - begun) / (parts.length - i);
    const report = await part.run({
      seed,
      until: cases === undefined && only.length < 2 ? begun + share : Number.POSITIVE_INFINITY,
      cases,
      only,
      env,
      signal,
      onProgress: (text) => terminal.live(`${part.name}: ${text}`),
    });
    terminal.still();
    const one = { ...report, part, seconds: (performance.now() - begun) / 1_000 };
    tried.push(one);
    if (!options.json) terminal.print(`\n${partText(one, seed, terminal.width).join('\n')}\n`);
    if (signal.aborted) break;
  }
  const failures = tried.reduce((sum, part) => sum + part.failures.length, 0);
  const troubles = tried.reduce((sum, part) => sum + part.troubles.length, 0);
  if (options.json) terminal.print(jsonLine('selftest', selftestJson(tried, seed, performance.now() - started)));
  else terminal.print(`\n${verdict(failures, troubles)}\n`);
  signal.throwIfAborted();
  if (failures > 0) return EXIT.bug;
  return troubles > 0 ? EXIT.operational : EXIT.ok;
}

function partNamed(name: string, all: readonly SelftestPart[]): SelftestPart {
  const part = all.find((each) => each.name === name);
  if (part !== undefined) return part;
  throw new UsageError(
    unknownName(
      'part of the self-test',
      name,
      all.map((each) => each.name),
    ),
  );
}

const again = ({ name }: SelftestPart, only: string, seed: number) =>
  `dragon selftest --seed ${seed} --only ${name}/${only}`;

function partText({ part, seconds, counts, failures, troubles }: TriedPart, seed: number, width: number): string[] {
  const numbers = Object.entries(counts).map(([what, count]) => `${what} ${thousands(count)}`);
  return [
    ...wrap(`${part.name}: ${part.about} (${seconds.toFixed(1)} s)`, width),
    ...wrap(numbers.length === 0 ? 'nothing was tried' : numbers.join(', '), width - 2).map((line) => `  ${line}`),
    ...troubles.flatMap((trouble) => wrap(`not tried: ${trouble}`, width - 2).map((line) => `  ${line}`)),
    ...failures.flatMap(({ what, only }) => [
      ...what.split('\n').map((line) => `  WRONG: ${line}`),
      ...commandLines('  Again:', again(part, only, seed), width),
    ]),
  ];
}

function verdict(failures: number, troubles: number): string {
  if (failures > 0) return `${counted(failures, 'promise was', 'promises were')} broken: this is a bug`;
  return troubles > 0 ? 'All that could be tried here is right' : 'All that was tried is right';
}

function selftestJson(tried: readonly TriedPart[], seed: number, ms: number) {
  return {
    seed,
    wallSeconds: Number((ms / 1_000).toFixed(3)),
    parts: tried.map(({ part, seconds, counts, failures, troubles }) => ({
      name: part.name,
      wallSeconds: Number(seconds.toFixed(3)),
      counts,
      failures: failures.map(({ what, only }) => ({ what, again: again(part, only, seed) })),
      troubles,
    })),
  };
}
