/** Options of the commands that make one run. */
import { DEFAULT_PROFILE } from '@dragon/kernel';
import { DEFAULT_CPUS, DEFAULT_SEED } from '@dragon/scenarios';
import { type Command, Option } from 'commander';
import type { SeedList } from '../many-runs/seed-list.ts';
import { collect, collectPolicy, parseHosts, parseProcesses, parseSeed, parseSeeds } from '../option-values.ts';

/** The options that say which run is meant, as commander hands them over. */
export interface SettingsOptions {
  readonly profile?: string;
  readonly policy?: readonly string[];
  readonly cpus?: string;
  readonly seed?: SeedList;
  readonly seeds?: SeedList;
  readonly until?: string;
  readonly keepGoing?: true;
  readonly latency?: string;
  readonly set?: readonly string[];
  readonly fault?: readonly string[];
  readonly plan?: string;
}

/** Their names. */
export const SETTINGS: readonly (keyof SettingsOptions)[] = [
  'profile',
  'policy',
  'cpus',
  'seed',
  'seeds',
  'until',
  'keepGoing',
  'latency',
  'set',
  'fault',
  'plan',
];

/** A fault as a word of a shell. */
export const FAULT_EXAMPLE = "'stall-cpu cpu=0 for=10ms at=2.22s'";

/** What `--set` does. */
export const SET_ABOUT =
  'make a size of the scenario another one, as in inodes=5k or free=160MiB; may be repeated (dragon list SCENARIO shows which)';

/** What `--plan` does. */
export const PLAN_ABOUT =
  'put the faults and the rules of a plan into the run, a YAML file: see dragon schema fault-plan';

/** Returns the command with the options that say which run is meant. */
export function withSettingsOptions(command: Command): Command {
  return command
    .option('--profile <name>', `the kernel: a named set of policies, see dragon list (default: ${DEFAULT_PROFILE})`)
    .option('--policy <key=value,…>', 'change the policy of the profile; may be repeated', collectPolicy)
    .option('--cpus <n>', `simulated CPUs, as many as the scenario has room for (default: ${DEFAULT_CPUS})`)
    .option('--seed <n>', `where all randomness comes from (default: ${DEFAULT_SEED})`, parseSeed)
    .addOption(new Option('--seeds <n>', 'the same').argParser(parseSeeds).hideHelp())
    .option('--until <time>', 'virtual time at which the run ends (default: 300s)')
    .option('--keep-going', 'go on to the end after a finding')
    .option('--latency <file>', 'use the delays of a latency profile that dragon calibrate wrote')
    .option('--set <key=value>', SET_ABOUT, collect)
    .option('--fault <fault>', `put a fault into the run, as in ${FAULT_EXAMPLE}; may be repeated`, collect)
    .option('--plan <file>', PLAN_ABOUT);
}

/** Returns the command with those that say which run is meant, and where its agents are. */
export function withRunOptions(command: Command): Command {
  return withSettingsOptions(command)
    .option('--distributed', 'each agent in a process of its own, over NATS: for proof, not for speed')
    .option('--processes <n>', 'that many processes, over NATS', parseProcesses)
    .option('--hosts <n>', 'with --nats: on that many hosts that have joined there, see dragon join', parseHosts)
    .option('--nats <url>', 'distributed, over this NATS server: nats://[user:password@]host:port, tls://…')
    .option('--nats-creds <file>', 'log in there with a credentials file')
    .option('--no-recovery', 'distributed: end when a process is killed, and take no checkpoints');
}
