/** Where a stack of the model is from: for the line that a report prints beside it. */
import type { CallPath, FrameSource } from './call-path.ts';
import { kernelVersionOf } from './kernel-versions.ts';
import { STACKS } from './stacks.ts';

/** The kernel of the dumps. */
const DUMPED = 'Linux 6.1.192';

/** Returns every call path of the table, each once. */
export function callPaths(): CallPath[] {
  return [...new Map(pathsIn(STACKS).map((path) => [keyOf(path.frames), path])).values()];
}

/**
 * Returns in a few words where the frames of a stack are from, as in `frames as Linux 6.1.192 prints them` or
 * `reconstructed: the repair branch of December 2022`; null for a stack that is not of the table, such as that of an
 * agent of somebody's own. `release` is what `uname -r` says: for any but a 6.1 all frames are reconstructed.
 */
export function stackSource(frames: readonly string[], release: string): string | null {
  const path = callPaths().find((each) => keyOf(each.frames) === keyOf(frames));
  if (path === undefined) return null;
  const sources = path.pieces.map(({ source }) => source);
  const inferred = unique(sources.flatMap((source) => (source.kind === 'reconstructed' ? [source.from] : [])));
  if (inferred.length > 0) return `reconstructed: ${inferred.join('; ')}`;
  if (kernelVersionOf(release) !== '6.1') return `reconstructed: ${DUMPED} prints it so, ${release} may not`;
  const reports = unique(sources.flatMap((source) => (source.kind === 'report' ? [wordsOf(source)] : [])));
  return [`frames as ${DUMPED} prints them`, ...reports].join(', ');
}

const wordsOf = ({ kernel, address }: Extract<FrameSource, { kind: 'report' }>) => `part from ${kernel} (${address})`;

const keyOf = (frames: readonly string[]): string => frames.join('\n');
const unique = (words: readonly string[]): string[] => [...new Set(words)];

type Nested = CallPath | { readonly [key: string]: Nested };

function pathsIn(nested: Nested): CallPath[] {
  return isPath(nested) ? [nested] : Object.values(nested).flatMap(pathsIn);
}

function isPath(nested: Nested): nested is CallPath {
  return Array.isArray(nested.pieces);
}
