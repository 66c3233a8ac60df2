/** Real traces for tests: an excerpt that is always there, and whole ones in a folder beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Conformance } from './conform/conformance.ts';
import type { Tally } from './conform/tally.ts';
import { FtraceParser } from './ftrace-parser.ts';
import { openText } from './text-regions.io.ts';
import type { KernelEvent, TraceGap, TraceSink, UnreadLine } from './kernel-event.ts';

/** Cut from the whole traces: every rule finds something to check in it. */
export const EXCERPT = fileURLToPath(new URL('excerpt.fixture.txt', import.meta.url));

const FOLDER = fileURLToPath(new URL('../../../../../shared/traces', import.meta.url));

export type RecordedTrace = { readonly name: string; readonly path: string; readonly events: number };

const WHOLE: readonly RecordedTrace[] = [
  { name: 'unlink-storm', path: join(FOLDER, 'unlink-storm.trace.gz'), events: 99_835 },
  { name: 'unlink-storm-smp4', path: join(FOLDER, 'unlink-storm-smp4.trace.gz'), events: 94_256 },
  { name: 'pressure', path: join(FOLDER, 'pressure.trace.gz'), events: 491_516 },
];

/** The whole traces that are there; a clone alone has the excerpt only. */
export function recordedTraces(): RecordedTrace[] {
  return [{ name: 'excerpt', path: EXCERPT, events: 940 }, ...WHOLE.filter(({ path }) => existsSync(path))];
}

/** Whether the folder with the whole traces is there. */
export const WHOLE_TRACES = existsSync(FOLDER);

export function excerptLines(): string[] {
  return readFileSync(EXCERPT, 'utf8').trimEnd().split('\n');
}

/** Returns the first lines of a whole trace, if it is there. */
export async function recordedLines(name: string, most: number): Promise<string[] | undefined> {
  const trace = recordedTraces().find((each) => each.name === name);
  if (trace === undefined) return undefined;
  const lines: string[] = [];
  const source = await openText(trace.path);
  try {
    for await (const { text } of source.regions) {
      for (const line of text.split('\n')) lines.push(line);
      if (lines.length >= most) break;
    }
  } finally {
    source.close();
  }
  return lines.slice(0, most);
}

/** Feeds a sink with lines and returns the parser. */
export function feed(lines: readonly string[], sink: TraceSink): FtraceParser {
  const parser = new FtraceParser(sink);
  for (const line of lines) parser.line(line);
  parser.end();
  return parser;
}

export type Parsed = {
  readonly events: readonly KernelEvent[];
  readonly gaps: readonly TraceGap[];
  readonly unread: readonly UnreadLine[];
  readonly parser: FtraceParser;
};

export function parsed(lines: readonly string[]): Parsed {
  const [events, gaps, unread]: [KernelEvent[], TraceGap[], UnreadLine[]] = [[], [], []];
  const parser = feed(lines, {
    event: (event) => void events.push(event),
    gap: (gap) => void gaps.push(gap),
    unread: (line) => void unread.push(line),
  });
  return { events, gaps, unread, parser };
}

/** Returns the account of the rule on these lines. */
export function tallyOf(rule: string, lines: readonly string[]): Tally {
  const conformance = new Conformance();
  feed(lines, conformance);
  const tally = conformance.finish().find(({ name }) => name === rule);
  if (tally === undefined) throw new Error(`there is no rule ${rule}`);
  return tally;
}
