/**
 * A plan of a simulated kernel that comes from elsewhere, as from a trace: besides its shape, no number in the params
 * of its agents asks for more memory, or longer loops, than twice the largest scenario. The agents take their params as
 * they are; this is the one place where those of a stranger are looked at.
 */
import { type Json, type Plan, planFrom, type PlanTrouble, planTroubleText } from '@dragon/engine';
import { KERNEL_GEOMETRY } from './geometry.ts';

/** CPUs of the largest machine. Its node has 2^30 pages; shifts by a priority need them to be fewer than 2^31. */
export const MOST_CPUS = 65_536;

/** Twice what the caches of that machine hold: each inode has its bit in a few maps. */
const MOST_INODES = 33_554_432;

/** The pages of that machine's node: nothing that is counted is more. */
const MOST = 1_073_741_824;

/** Numbers of CPUs, nodes and allocation groups, and how many there are: tables are made by them. */
const NUMBERS: ReadonlySet<string> = new Set(['cpu', 'cpus', 'inodegcCpus', 'node', 'ag']);

/** A plan may give sizes of the kernel, and none that is larger: some are loops in one step. */
const SIZES: ReadonlyMap<string, number> = new Map(Object.entries(KERNEL_GEOMETRY));

/** What has instants, factors and seeds in it, which nobody counts up to. */
const NO_COUNTS: ReadonlySet<string> = new Set(['faults', 'policy']);

/**
 * Returns the value, which is a plan that can be run, in the memory that there is; throws a `RangeError` that names the
 * first mistake.
 */
export function kernelPlanFrom(value: unknown): Plan {
  const plan = planFrom(value);
  const inodes = { left: MOST_INODES };
  for (const [i, { kind, params }] of plan.agents.entries()) {
    const trouble = paramsTrouble(params, kind, inodes);
    if (trouble === undefined) continue;
    const path = ['agents', String(i), 'params', ...trouble.path];
    throw new RangeError(`this plan cannot be run: ${planTroubleText({ ...trouble, path })}`);
  }
  return plan;
}

/** `name`: what the value is called, in a list that of the list; `inodes`: how many more the plan may ask for. */
function paramsTrouble(value: Json | undefined, name: string, inodes: { left: number }): PlanTrouble | undefined {
  if (typeof value === 'number') {
    if (NO_COUNTS.has(name))
      return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? undefined : { path: [], why: 'must be a number below 2^53' };
    const most = mostOf(name, inodes);
    if (!Number.isSafeInteger(value) || value < 0 || value > most)
      return { path: [], why: `must be an integer from 0 to ${most}` };
    if (name === 'count') inodes.left -= value;
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const trouble = paramsTrouble(member, nameIn(value, key, name), inodes);
    if (trouble !== undefined) return { ...trouble, path: [key, ...trouble.path] };
  }
  return undefined;
}

/** A member of a list is called as the list is; all that is in faults and policies is, but for what is counted. */
function nameIn(value: object, key: string, name: string): string {
  if (Array.isArray(value)) return name;
  return NO_COUNTS.has(name) && key !== 'count' && key !== 'ino' && !NUMBERS.has(key) ? name : key;
}

function mostOf(name: string, inodes: { readonly left: number }): number {
  if (name === 'count') return inodes.left;
  if (name === 'ino') return Number.MAX_SAFE_INTEGER;
  return NUMBERS.has(name) ? MOST_CPUS : (SIZES.get(name) ?? MOST);
}
