/** Call paths as data: the frames of a sleeping task's stack, and for each part of them where they are from. */

/** Where the frames of a piece were read. */
export type FrameSource =
  /** Printed by Linux 6.1.192 (Debian's 6.1.0-56-amd64) at a wait provoked on purpose; named as the test's copy is. */
  | { readonly kind: 'dump'; readonly section: string }
  /** Printed by another kernel, in a report that anybody can read. */
  | { readonly kind: 'report'; readonly address: string; readonly kernel: string }
  /** Not seen printed: which functions call each other is in the source, which leave a frame is inferred. */
  | { readonly kind: 'reconstructed'; readonly from: string };

/** Frames that follow each other, innermost first, all of them from one place. */
export interface PathPiece {
  readonly frames: readonly string[];
  readonly source: FrameSource;
}

/** A whole stack, as pieces from the innermost outwards. */
export interface CallPath {
  readonly frames: readonly string[];
  readonly pieces: readonly PathPiece[];
}

/** Returns the stack that the pieces make, the innermost first. */
export function callPath(...pieces: readonly PathPiece[]): CallPath {
  return { frames: pieces.flatMap(({ frames }) => frames), pieces };
}
