/** The federation: many engines in many processes that give the result of one. */
export { bundleEntries } from './bundle.ts';
export { coordinate } from './coordinate.ts';
export type { CoordinateOptions, FederatedResult, Progress } from './coordinate-options.ts';
export { runFederate } from './federate.ts';
export type { FederateOptions, FederateResult } from './federate-options.ts';
export { federateMain } from './federate-main.ts';
export { type FaultKey, FederationError, type FederationErrorCode } from './federation-error.ts';
export { type FederateCommand, type LaunchedFederates, launchFederates, type LaunchOptions } from './launch.ts';
export type { Link, Stop, Trouble } from './link.ts';
export { type MemoryFaults, MemoryHub, type MemoryHubOptions, MemoryLink } from './memory-link.ts';
export { addressFromEnvironment, addressToEnvironment, type NatsAddress, publicUrl } from './nats-address.ts';
export { findNatsBinary, type NatsBinary, type NatsBinaryOptions } from './nats-binary.ts';
export { connectNats, NatsLink, type NatsLinkOptions } from './nats-link.ts';
export { type NatsServer, openNatsServer, type StartOptions, startNatsServer } from './nats-server.ts';
export { canHost, dealAgents, type Offer, type PlacementPolicy } from './placement.ts';
