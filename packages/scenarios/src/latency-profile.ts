/**
 * Latency profiles: delays fitted to a trace of a real machine, as a file that a run can take in place of the model's
 * own.
 */
import { type Latency, type VirtualTime } from '@dragon/engine';
import { DEFAULT_PROFILE, nearest, profileNamed } from '@dragon/kernel';
import { latencyModel } from './latency.ts';

export const LATENCY_PROFILE_FORMAT = 'sleeping-dragon latency profile';
export const LATENCY_PROFILE_VERSION = 1;

export type LatencyProfile = {
  readonly format: typeof LATENCY_PROFILE_FORMAT;
  readonly version: typeof LATENCY_PROFILE_VERSION;
  readonly source: { readonly file: string; readonly kernel?: string };
  /** A jiffy of the machine, in nanoseconds; null if its trace did not tell. */
  readonly jiffyNs: VirtualTime | null;
  /** By the names of the model: what they replace. */
  readonly delays: { readonly [name: string]: Latency };
  /** What was measured, in nanoseconds; for a reader, the run does not need it. */
  readonly fitted: readonly FittedDelay[];
};

export type FittedDelay = {
  readonly name: string;
  readonly samples: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly unit: 'ns';
};

/** A profile that cannot be used. The message is one line. */
export class LatencyProfileError extends Error {
  override readonly name = 'LatencyProfileError';
}

/** Returns the names of the delays that the model knows. */
export function latencyNames(): string[] {
  return Object.keys(latencyModel(profileNamed(DEFAULT_PROFILE).policy, {}, []).delays);
}

/** Returns the profile in `text`, JSON; throws a `LatencyProfileError` that says what is wrong. */
export function readLatencyProfile(text: string): LatencyProfile {
  const profile = recordOf(parse(text), 'the profile');
  if (profile['format'] !== LATENCY_PROFILE_FORMAT)
    throw new LatencyProfileError(`it is not a latency profile: its format is not '${LATENCY_PROFILE_FORMAT}'`);
  const { version } = profile;
  if (version !== LATENCY_PROFILE_VERSION) {
    const found = typeof version === 'number' ? `version ${version}` : 'an unknown version';
    throw new LatencyProfileError(
      `it is a latency profile of ${found}, and this program reads version ${LATENCY_PROFILE_VERSION}`,
    );
  }
  const { file, kernel } = recordOf(profile['source'], 'source');
  if (typeof file !== 'string') throw new LatencyProfileError('source.file is not a text');
  const { jiffyNs = null } = profile;
  return {
    format: LATENCY_PROFILE_FORMAT,
    version: LATENCY_PROFILE_VERSION,
    source: { file, ...(typeof kernel === 'string' && { kernel }) },
    jiffyNs: jiffyNs === null ? null : time(jiffyNs, 'jiffyNs', 1),
    delays: delaysOf(recordOf(profile['delays'], 'delays')),
    fitted: fittedOf(profile['fitted']),
  };
}

/** Returns the profile as the text that `readLatencyProfile` reads. */
export function formatLatencyProfile(profile: LatencyProfile): string {
  return `${JSON.stringify(profile, null, 2)}\n`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LatencyProfileError(`it is not JSON: ${cause instanceof Error ? cause.message.split('\n', 1)[0] : ''}`);
  }
}

function delaysOf(given: { readonly [name: string]: unknown }): { readonly [name: string]: Latency } {
  const known = latencyNames();
  const delays: { [name: string]: Latency } = {};
  for (const [name, value] of Object.entries(given)) {
    if (!known.includes(name)) {
      const guess = nearest(name, known);
      throw new LatencyProfileError(
        `delays.${name}: the model has no such delay${guess === undefined ? '' : `; did you mean ${guess}?`}`,
      );
    }
    delays[name] = latencyOf(recordOf(value, `delays.${name}`), `delays.${name}`);
  }
  return delays;
}

function latencyOf(value: { readonly [field: string]: unknown }, where: string): Latency {
  switch (value['kind']) {
    case 'fixed':
      return { kind: 'fixed', ns: time(value['ns'], `${where}.ns`, 0) };
    case 'uniform': {
      const [min, max] = [time(value['min'], `${where}.min`, 0), time(value['max'], `${where}.max`, 0)];
      if (min > max) throw new LatencyProfileError(`${where}: min ${min} is more than max ${max}`);
      return { kind: 'uniform', min, max };
    }
    case 'quantiles':
      return { kind: 'quantiles', points: pointsOf(value['points'], `${where}.points`) };
    case 'ticks':
      return {
        kind: 'ticks',
        period: time(value['period'], `${where}.period`, 1),
        count: time(value['count'], `${where}.count`, 0),
      };
    default:
      throw new LatencyProfileError(`${where}.kind is none of fixed, uniform, quantiles, ticks`);
  }
}

function pointsOf(value: unknown, where: string): (readonly [number, number])[] {
  if (!Array.isArray(value) || value.length < 2)
    throw new LatencyProfileError(`${where} is not a list of two or more points`);
  const points = value.map((point: unknown, i): readonly [number, number] => {
    const [p, ns] = Array.isArray(point) && point.length === 2 ? (point as unknown[]) : [];
    if (typeof p !== 'number' || !(p >= 0 && p <= 1))
      throw new LatencyProfileError(`${where}[${i}] is not [probability, nanoseconds]`);
    return [p, time(ns, `${where}[${i}]`, 0)];
  });
  if (points[0]?.[0] !== 0 || points.at(-1)?.[0] !== 1)
    throw new LatencyProfileError(`${where}: the first probability is not 0, or the last not 1`);
  points.slice(1).forEach(([p, ns], i) => {
    const [before, least] = points[i] ?? [0, 0];
    if (p <= before || ns < least) throw new LatencyProfileError(`${where}[${i + 1}] does not rise`);
  });
  return points;
}

function fittedOf(value: unknown): FittedDelay[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new LatencyProfileError('fitted is not a list');
  return value.map((each: unknown, i) => {
    const { name, samples, p50, p90, p99 } = recordOf(each, `fitted[${i}]`);
    if (typeof name !== 'string') throw new LatencyProfileError(`fitted[${i}].name is not a text`);
    const number = (given: unknown, field: string) => time(given, `fitted[${i}].${field}`, 0);
    return {
      name,
      samples: number(samples, 'samples'),
      p50: number(p50, 'p50'),
      p90: number(p90, 'p90'),
      p99: number(p99, 'p99'),
      unit: 'ns' as const,
    };
  });
}

function time(value: unknown, where: string, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new LatencyProfileError(`${where} is not a whole number of at least ${least}`);
}

function recordOf(value: unknown, where: string): { readonly [field: string]: unknown } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as { readonly [field: string]: unknown };
  throw new LatencyProfileError(`${where} is not an object`);
}
