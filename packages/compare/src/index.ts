/**
 * The public names of @dragon/compare: measures of many runs, their statistics, and the table, CSV and page made of
 * them.
 */
export { type Boot, BootsError } from './boots/boot.ts';
export { type BootCell, type BootTwin, cellOf, compareBoots } from './boots/boot-comparison.ts';
export { bootOfConsole, isBootConsole } from './boots/boot-console.ts';
export { type BootRun, bootRun } from './boots/boot-run.ts';
export { bootLines } from './boots/boot-table.ts';
export { bootsCsv, readBoots } from './boots/boots-csv.ts';
export { compareCsv } from './compare-csv.ts';
export { headlineLines } from './compare-headline.ts';
export { type ComparedEdges, edgeLines } from './compare-edges.ts';
export { compareHtml } from './compare-html.ts';
export { compareJson } from './compare-json.ts';
export { COMPARE_STYLE } from './compare-style.ts';
export { compareTable, sensitivityLines } from './compare-table.ts';
export { waitLines } from './compare-waits.ts';
export { compareVerdict } from './compare-verdict.ts';
export { compareRuns, type Comparison, type Scaled } from './comparison.ts';
export { dotPlotFile, type Mark, type Panel } from './dot-plot.ts';
export { type EdgePoint, type EdgeVariable, searchEdges } from './edge-search.ts';
export { Html, html } from './html-text.ts';
export { latinHypercube } from './latin-hypercube.ts';
export { policyLabel } from './policy-label.ts';
export { tallyOf } from './run-outcome.ts';
export { type RunMeasures, RunMeter } from './run-measures.ts';
export { mapSample, type SampledCell, type SampledRun, type SampleMap } from './sample-map.ts';
export { sampleHtml } from './sample-html.ts';
export { type SampleRange, valueAt } from './sample-range.ts';
export { sampleCsv, sampleJson, sampleLines } from './sample-table.ts';
