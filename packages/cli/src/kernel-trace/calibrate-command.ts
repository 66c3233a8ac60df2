/** `dragon calibrate`: fits the latency model to the trace of a real kernel. */
import { formatDuration } from '@dragon/engine';
import { Calibration } from '@dragon/ftrace';
import { EXIT, foldLines, textTable } from '@dragon/report';
import {
  formatLatencyProfile,
  LATENCY_PROFILE_FORMAT,
  LATENCY_PROFILE_VERSION,
  latencyNames,
  type LatencyProfile,
} from '@dragon/scenarios';
import { basename } from 'node:path';
import type { CommandContext } from '../command-context.ts';
import { OperationalError } from '../failure.ts';
import { jsonLine } from '../json/json-output.ts';
import { noteGaps, readKernelTrace } from './kernel-trace.ts';
import { expectWritable, writeWholeFile } from '../whole-file.ts';

export interface CalibrateOptions {
  readonly output?: string;
  readonly json?: true;
}

/**
 * Returns the exit code. Without an output file the profile goes to standard output with `json`, else only what was
 * fitted is shown.
 */
export async function calibrate(path: string, options: CalibrateOptions, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { output, json } = options;
  if (output !== undefined) expectWritable(output);
  const calibration = new Calibration();
  noteGaps(path, await readKernelTrace(path, [calibration], context), context);
  const { jiffyNs, delays, oneHostThread, fitted } = calibration.result();
  const known = new Set(latencyNames());
  const profile: LatencyProfile = {
    format: LATENCY_PROFILE_FORMAT,
    version: LATENCY_PROFILE_VERSION,
    // Not the whole path: it says something of this machine only.
    source: { file: basename(path) },
    jiffyNs,
    delays: Object.fromEntries(Object.entries(delays).filter(([name]) => known.has(name))),
    fitted,
  };
  if (Object.keys(profile.delays).length === 0)
    throw new OperationalError(
      `${path} shows too little to fit anything: record the events of the xfs inodegc, the timer and the work queue`,
    );
  if (output !== undefined) writeWholeFile(output, formatLatencyProfile(profile));
  if (json) terminal.print(jsonLine('calibrate', profile));
  else terminal.print(`${calibrationText(profile, output, oneHostThread, terminal.width).join('\n')}\n`);
  return EXIT.ok;
}

function calibrationText(
  { jiffyNs, delays, fitted }: LatencyProfile,
  output: string | undefined,
  oneHostThread: boolean,
  width: number,
): string[] {
  const times = fitted.map(({ name, samples, p50, p90, p99 }) => [
    name,
    String(samples),
    ...[p50, p90, p99].map((ns) => formatDuration(ns)),
  ]);
  const lines = [
    'Measured, undisturbed by other threads, interrupts and reclaim where the trace shows them:',
    ...textTable(times, { width, indent: '  ', head: ['', 'samples', 'p50', 'p90', 'p99'] }),
    ...(oneHostThread
      ? ['The CPUs are virtual, and run in turn on one thread of their host: only what no other one came into counts']
      : []),
    `A jiffy: ${jiffyNs === null ? 'unknown (no timer events)' : formatDuration(jiffyNs)}`,
    `Delays fitted: ${Object.keys(delays).join(', ')}`,
    output === undefined ? 'Nothing was written: name a file with -o' : `Profile: ${output}`,
  ];
  return foldLines(lines, width);
}
