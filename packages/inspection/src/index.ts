/** The public names of @dragon/inspection: the model of a run that the inspector's page shows, as pure functions. */
export { ChartIndex, type NumberedEdge } from './chart/chart-index.ts';
