/** The federation: many engines in many processes that give the result of one. */
export { PROTOCOL_VERSION } from './codec.ts';
export { coordinate } from './coordinate.ts';
export type { CoordinateOptions, FederatedResult, Progress } from './coordinate-options.ts';
export { runFederate } from './federate.ts';
export type { FederateOptions, FederateResult } from './federate-options.ts';
export { HostRoll, type HostRollOptions } from './hosts/host-roll.ts';
export { HostService, type StartedFederate } from './hosts/host-service.ts';
export type { HostProgram } from './hosts/host-words.ts';
export type { WorkQueue } from './hosts/nats-work.ts';
export { WorkHandout } from './hosts/work-handout.ts';
export { type Launched, launchOnHosts } from './hosts/launch-on-hosts.ts';
export type { FederateStats, FederationStats } from './federation-stats.ts';
export { type FaultKey, FederationError, type FederationErrorCode } from './federation-error.ts';
export type { Link, Stop, Trouble } from './link.ts';
export { type MemoryFaults, MemoryHub, type MemoryHubOptions, MemoryLink } from './memory-link.ts';
export { connectNats, NatsLink, type NatsLinkOptions } from './nats-link.ts';
export { type Applicant, canHost, dealAgents, type PlacementPolicy } from './placement.ts';
export { federateMain } from './processes/federate-main.ts';
export {
  type FederateCommand,
  type LaunchedFederates,
  launchFederates,
  type LaunchOptions,
} from './processes/launch.ts';
export {
  addressFromEnvironment,
  addressToEnvironment,
  type NatsAddress,
} from './processes/nats-address.ts';
export { publicUrl } from './processes/public-url.ts';
export { findNatsBinary, type NatsBinary, type NatsBinaryOptions } from './processes/nats-binary.ts';
export { openNatsServer, startNatsServer } from './processes/nats-server.ts';
export type { NatsServer, StartOptions } from './processes/private-server.ts';
export { RestartLimit } from './processes/restart-limit.ts';
export type { HandedOn } from './merged-outputs.ts';
export type { Recovery } from './run-checkpoints.ts';
export { MemoryStore, type RunStore } from './run-store.ts';
export { RunPace } from './run-pace.ts';
export { KEY_VARIABLE, keyFromEnvironment } from './seal.ts';
export { SilenceTimer } from './silence-timer.ts';
export { type AskedPace, type Watch, type WatchOptions, watchRun } from './watch-run.ts';
