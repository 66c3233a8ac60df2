/** Kinds of values that several `--json` outputs have, each with its unit. */
import { z } from 'zod';

export const COUNT = z.int().nonnegative();
export const VIRTUAL_TIME = z.int().nonnegative().describe('virtual time in nanoseconds since the start of the run');
export const DURATION = z.number().describe('nanoseconds');
export const DIGEST = z.string().length(16).describe('16 hexadecimal digits; equal runs have equal digests');
export const SEED = z.int().nonnegative();

/** Where runs are counted by how they ended. */
export const OUTCOME = z.enum(['completed', 'deadlock', 'violated', 'oom', 'stalled']);
export const POLICY = z.record(z.string(), z.string()).describe('policy option to value, all of them');
