/** The parts of the self-test, in the order in which they are tried: a new part needs a row here. */
import { DIGESTS } from './digests-part.ts';
import { FUZZ } from './fuzz-part.ts';
import { KILLS } from './kills-part.ts';
import type { SelftestPart } from './selftest-part.ts';

export const SELFTEST_PARTS: readonly SelftestPart[] = [DIGESTS, FUZZ, KILLS];
