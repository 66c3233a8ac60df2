/** The scenarios' public names. */
export { CURES, type Cure, knownHalfCure } from './cures.ts';
export { curesOf, type Remedy } from './cures-of.ts';
export { DEFINITIONS, INTERPRETED_DEFINITIONS, notCompiled, SERVICE_OF } from './definitions.ts';
export { ESTIMATED_CONSTANTS, plausibleFactors } from './latency.ts';
export {
  type FittedDelay,
  formatLatencyProfile,
  LATENCY_PROFILE_FORMAT,
  LATENCY_PROFILE_VERSION,
  latencyNames,
  type LatencyProfile,
  LatencyProfileError,
  readLatencyProfile,
} from './latency-profile.ts';
export { askedWithPlan, type PlanFile } from './plan-file.ts';
export type { Doubt } from './recorded/doubt.ts';
export { type InferredWorkload, inferredWorkload } from './recorded/inferred-workload.ts';
export {
  type Workload,
  WORKLOAD_FORMAT,
  WORKLOAD_VERSION,
  type WorkloadTask,
} from './recorded/workload.ts';
export { type WorkloadScenario, workloadScenario } from './recorded/workload-scenario.ts';
export {
  type AskedRun,
  readRun,
  requestRun,
  type RunRequest,
  type RunTexts,
  settingRead,
} from './run-request.ts';
export { scaleLatency } from './scale-latency.ts';
export {
  formatValue,
  type Parameter,
  ParameterError,
  type ParameterUnit,
  readParameter,
  type SetValues,
} from './parameter.ts';
export {
  maxCpusOf,
  parameterValues,
  planningWorld,
  planScenario,
  type Scenario,
  ScenarioError,
  USUAL_LIMIT,
} from './scenario.ts';
export { type SetParameter, setParameters, setWord } from './set-values.ts';
export { scenarioNamed, SCENARIOS } from './scenarios.ts';
export { readCpus, readDuration, readSeed, readUntil, readWholeNumber, SettingError } from './setting-values.ts';
export { refusedMessage } from './refused-message.ts';
export { hasRoom, withFaults, withoutFaults } from './with-faults.ts';
export { withRules } from './with-rules.ts';
export {
  allocator,
  churner,
  closer,
  dropCaches,
  freezer,
  fsyncer,
  lookup,
  repairThread,
  syncer,
  unlinker,
  unmounter,
} from './threads.ts';
export {
  cachedInodes,
  DEFAULT_CPUS,
  DEFAULT_SEED,
  DEFAULT_UNTIL,
  planWorld,
  type RunSettings,
  type ThreadSpec,
  type WorldSpec,
} from './world.ts';
export { WORLD_PARAMETERS } from './world-parameters.ts';
