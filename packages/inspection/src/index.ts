/** The public names of @dragon/inspection, but for what executes runs, which is in `@dragon/inspection/execution`. */
export { CensusLog } from './census-log.ts';
export { ChartIndex, type NumberedEdge } from './chart/chart-index.ts';
export { ChunkWriter, chunkBuffers } from './chunk-writer.ts';
export { Lane } from './lane.ts';
export type { RecordChunk, RecordEnd, RecordOpening } from './record-chunk.ts';
export { type AgentNow, type RecordRow, RunRecord, type StateName } from './run-record.ts';
export { STATE_LOOKS, type StateLook } from './state-look.ts';
export { WaitLog } from './wait-log.ts';
