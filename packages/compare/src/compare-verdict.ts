/**
 * The verdict of a comparison, in one or two sentences: each clause is read off the numbers, and says so where they do
 * not decide.
 */
import type { Comparison, PairedDifference } from './comparison.ts';
import type { ShareDifference } from './paired-comparison.ts';
import { policyLabel } from './policy-label.ts';
import { grouped, percent, percentRange, shortDuration } from './short-number.ts';
import { wilsonInterval } from './statistics.ts';

/** All runs of a policy, whatever the number of CPUs. */
interface Pool {
  readonly name: string;
  readonly runs: number;
  readonly deadlocks: number;
  readonly ooms: number;
  /** ` with a median of 210,000 freeable inodes unaccounted`, or nothing. */
  readonly unaccounted: string;
}

/** Returns the verdict on all numbers of CPUs together. */
export function compareVerdict(comparison: Comparison): string {
  const pools = comparison.policies.map((policy) => poolOf(policy, comparison));
  const [first, second, ...more] = pools;
  if (first === undefined) return '';
  if (second === undefined) return `${outcome(first)}.`;
  const overall = comparison.paired.filter(({ cpus }) => cpus === null);
  const [difference] = overall;
  if (more.length > 0 || difference === undefined) return severalVerdict(pools, overall);
  return `${findingsSentence(first, second, difference)} ${stallSentence(first, second, difference)}`;
}

function poolOf(policy: string, { cells }: Comparison): Pool {
  const own = cells.filter((cell) => cell.policy === policy);
  const sum = (count: (cell: (typeof own)[number]) => number) => own.reduce((total, cell) => total + count(cell), 0);
  const medians = own.flatMap(({ unaccountedAtOom }) => unaccountedAtOom ?? []).sort((a, b) => a - b);
  const [least, most] = [medians[0], medians.at(-1)];
  const range = least === most ? grouped(least) : `${grouped(least)} to ${grouped(most)}`;
  return {
    name: policyLabel(policy),
    runs: sum(({ runs }) => runs),
    deadlocks: sum(({ deadlocks }) => deadlocks),
    ooms: sum(({ ooms }) => ooms),
    unaccounted: least === undefined ? '' : ` with a median of ${range} freeable inodes unaccounted`,
  };
}

function findingsSentence(first: Pool, second: Pool, { deadlocks, ooms }: PairedDifference): string {
  const deadlock = deadlockClause(first, second, deadlocks);
  const kill = killClause(first, second, ooms);
  if (deadlock === undefined && kill === undefined)
    return `${first.name} and ${second.name} both had neither a deadlock nor an OOM kill in ${first.runs} runs (at most ${percent(wilsonInterval(0, first.runs).high)} % of runs, with 95 % confidence).`;
  const joint = isDecided(deadlocks) && isDecided(ooms) && deadlocks.high < 0 !== ooms.high < 0 ? ' but ' : ' and ';
  return `${second.name} ${[deadlock, kill].filter((clause) => clause !== undefined).join(joint)}.`;
}

function deadlockClause(first: Pool, second: Pool, difference: ShareDifference): string | undefined {
  const [before, now] = [first.deadlocks, second.deadlocks];
  if (before === 0 && now === 0) return undefined;
  const counts = `${now} of ${second.runs} runs instead of ${before}`;
  if (isDecided(difference) && now < before)
    return `${now === 0 ? 'removes the deadlock' : 'makes the deadlock rarer'} (${counts})`;
  if (isDecided(difference)) return `brings deadlocks (${counts})`;
  if (now === before && difference.onlyFirst === 0)
    return `leaves the deadlock as it is (${now} of ${second.runs} runs, as with ${first.name})`;
  return `has a deadlock in ${now} of ${second.runs} runs and ${first.name} in ${before}, ${cannotTell(difference)}`;
}

function killClause(first: Pool, second: Pool, difference: ShareDifference): string | undefined {
  const [before, now] = [first.ooms, second.ooms];
  if (before === 0 && now === 0) return undefined;
  const counts = `${now} of ${second.runs} runs [${percentRange(wilsonInterval(now, second.runs))}]`;
  const other = `${first.name}: ${before === 0 ? 'none' : `${before} of ${first.runs}`}`;
  if (isDecided(difference) && now > before) return `kills in ${counts}${second.unaccounted}; ${other}`;
  if (isDecided(difference))
    return now === 0
      ? `removes the OOM kill (0 of ${second.runs} runs instead of ${before})`
      : `kills in fewer runs: ${counts}${second.unaccounted}; ${other}`;
  if (now === before && difference.onlyFirst === 0)
    return `kills in ${counts}${second.unaccounted}, as ${first.name} does`;
  return `kills in ${counts}${second.unaccounted} and ${first.name} in ${before === 0 ? 'none' : before}, ${cannotTell(difference)}`;
}

const cannotTell = ({ p }: ShareDifference) => `which these runs cannot tell from chance (p ${p.toFixed(2)})`;

function stallSentence(first: Pool, second: Pool, { kswapdStallP99Ns: stalls }: PairedDifference): string {
  if (stalls === null || (stalls.median === 0 && stalls.interval?.low === 0 && stalls.interval.high === 0))
    return `kswapd's stalls are the same under both.`;
  if (stalls.interval === null)
    return `Whether kswapd stalls longer cannot be told from ${stalls.pairs} ${stalls.pairs === 1 ? 'pair' : 'pairs'} of runs.`;
  const { low, high } = stalls.interval;
  const range = (sign: number) =>
    `by a median of ${shortDuration(sign * stalls.median)} [${shortDuration(sign * (sign > 0 ? low : high))}..${shortDuration(sign * (sign > 0 ? high : low))}] a run`;
  if (high < 0) return `kswapd's stalls (p99) are shorter than under ${first.name}, ${range(-1)}.`;
  if (low > 0) return `kswapd's stalls (p99) are longer than under ${first.name}, ${range(1)}.`;
  return `Which of ${first.name} and ${second.name} stalls kswapd longer cannot be told (a difference of ${shortDuration(low)} to ${shortDuration(high)} a run).`;
}

function severalVerdict(pools: readonly Pool[], overall: readonly PairedDifference[]): string {
  const clean = pools.filter(isClean);
  const found = pools.filter((pool) => !isClean(pool)).map(outcome);
  const runs = pools[0]?.runs ?? 0;
  const limit = percent(wilsonInterval(0, runs).high);
  const none = `either a deadlock nor an OOM kill in ${runs} runs each (at most ${limit} %, with 95 % confidence)`;
  if (found.length === 0) return `N${none}, under any of the policies.${undecided(pools, overall)}`;
  if (clean.length === 0) return `No policy is clean: ${found.join('; ')}.${undecided(pools, overall)}`;
  return `Under ${clean.map(({ name }) => name).join(' and ')} n${none}. ${found.join('; ')}.${undecided(pools, overall)}`;
}

const isClean = ({ deadlocks, ooms }: Pool) => deadlocks === 0 && ooms === 0;

/** Differences that could be chance are named. */
function undecided(pools: readonly Pool[], overall: readonly PairedDifference[]): string {
  const unsure = overall.filter(({ deadlocks, ooms }) => [deadlocks, ooms].some(couldBeChance));
  if (unsure.length === 0) return '';
  const names = unsure.map(({ policy }) => policyLabel(policy)).join(', ');
  return ` Too close to ${pools[0]?.name} to tell with so few runs: ${names}.`;
}

const couldBeChance = (difference: ShareDifference) =>
  difference.onlyFirst + difference.onlySecond > 0 && !isDecided(difference);

/** With few runs the interval is the bolder of the two: what both say is said. */
function isDecided({ low, high, p }: ShareDifference): boolean {
  return p < 0.05 && (low > 0 || high < 0);
}

/** `always deadlocks in 37 of 100 runs [28..47 %] and kills in none` */
function outcome({ name, runs, deadlocks, ooms, unaccounted }: Pool): string {
  if (deadlocks === 0 && ooms === 0)
    return `${name} has neither a deadlock nor an OOM kill in ${runs} runs (at most ${percent(wilsonInterval(0, runs).high)} %, with 95 % confidence)`;
  const share = (count: number) => `${count} of ${runs} runs [${percentRange(wilsonInterval(count, runs))}]`;
  const clauses = [
    ...(deadlocks > 0 ? [`deadlocks in ${share(deadlocks)}`] : []),
    ...(ooms > 0 ? [`kills in ${share(ooms)}${unaccounted}`] : []),
  ];
  return `${name} ${clauses.join(' and ')}`;
}
