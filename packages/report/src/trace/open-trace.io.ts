/** Opens a trace file, in either form: what it is, its bytes say, not its name. */
import { ContainerSource } from './container-source.io.ts';
import { NdjsonSource } from './ndjson-source.io.ts';
import { TraceFile } from './trace-file.io.ts';
import { MEMBER_HEAD } from './trace-member.ts';
import { isTraceContainer } from './trace-reading.ts';
import type { TraceSource } from './trace-source.ts';

/** Throws a `TraceError` if it is no trace. */
export async function openTrace(path: string): Promise<TraceSource> {
  const file = TraceFile.open(path);
  try {
    if (isTraceContainer(await file.read(0, MEMBER_HEAD))) return await ContainerSource.open(file);
    return await NdjsonSource.open(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Returns a number of rows that both have at their start and that need not be compared: those of blocks whose bytes are
 * the same. Rows around the first difference are not among them.
 */
export async function sameStart(left: TraceSource, right: TraceSource): Promise<number> {
  return left instanceof ContainerSource && right instanceof ContainerSource ? left.sameStart(right) : 0;
}
