/** The inspector: a server that shows a run to pages and other clients, in the process of the run or beside it. */
export { EmbeddedRun, type EmbeddedRunOptions } from './embedded-run.ts';
export { FederatedRun, type FederatedRunOptions } from './federated-run.ts';
export { type Inspector, type InspectorOptions, openInspector } from './inspector.ts';
export { listenFailure } from './settings.ts';
export { type Standing, standingRun } from './standing-run.ts';
export { ticketAddress } from './tickets.ts';
export type { WatchedRun } from './watched-run.ts';
