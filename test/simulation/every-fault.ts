/** One fault of each kind, for the seed's deadlock: for what has to hold of a run whatever is put into it. */
export const EVERY_FAULT: readonly string[] = [
  'repair-now ag=0 at=5ms',
  'slow-ag ag=0 for=10ms at=10ms',
  'slow-disk factor=2 for=50ms at=30ms',
  'take-pages pages=300 for=10ms at=100ms',
  'fail-page-alloc probability=50 interval=3 times=4 space=20 for=1s at=150ms',
  'fail-nth task=inodegc/0 nth=2 at=160ms',
  'stall-cpu cpu=0 for=10ms at=220ms',
  'freeze for=1s at=300ms',
  'kill-task task=unlinker/0 at=400ms',
  'drop-caches at=500ms',
  'message to=inodegc/0 type=inodegc.shrinkerHit at=1s',
  'alloc-storm tasks=2 pages=100 for=10ms at=1400ms',
];
