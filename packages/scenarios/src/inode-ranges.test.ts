/** Inode numbers: disjoint and inside their group, in every scenario and on any number of CPUs that it takes. */
import { type Json, type Plan } from '@dragon/engine';
import { agOf, INODE_CACHE, inodesOfFiles, type InodeRun, kernelPlanFrom, profileNamed } from '@dragon/kernel';
import { describe, expect, test } from 'vitest';
import { numberInodes, type OwnedInodes } from './inode-ranges.ts';
import { maxCpusOf, planScenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const CPUS = [1, 2, 64, 65, 100, 128, 256, 1024, 4096];

function planOf(name: string, cpus: number): Plan | undefined {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario === undefined || cpus < scenario.minCpus || cpus > maxCpusOf(scenario)) return undefined;
  const { policy } = profileNamed('v6.1');
  return planScenario(scenario, { policy, release: '6.1', cpus, seed: 1, until: 1, keepGoing: false });
}

/** All that are there at the start, and all that tasks are going to make. */
function runsOf({ agents }: Plan): InodeRun[] {
  const cache = agents.find(({ id }) => id === INODE_CACHE)?.params as Record<'lru' | 'cached' | 'inUse', InodeRun[]>;
  const made = agents.flatMap(({ kind, params }): InodeRun[] => {
    if (kind !== 'churner') return [];
    const { ag, firstAgino, files, fate } = params as Json & OwnedInodes<'unlinked'> & Record<string, number>;
    return inodesOfFiles(ag, firstAgino ?? 0, files ?? 0, fate);
  });
  return [...cache.lru, ...cache.cached, ...cache.inUse, ...made];
}

test.each(SCENARIOS.map(({ name }) => name))('%s', (name) => {
  const plans = CPUS.flatMap((cpus) => planOf(name, cpus) ?? []);
  expect(plans.length).toBeGreaterThan(1);
  // A trace of the largest is read: its plan asks for no more than a stranger's may.
  expect(() => kernelPlanFrom(plans.at(-1))).not.toThrow();
  for (const plan of plans) {
    const ags = plan.agents.filter(({ kind }) => kind === 'ag').length;
    const runs = runsOf(plan).toSorted((a, b) => a.ino - b.ino);
    const overlaps = runs.filter(({ ino }, i) => i > 0 && ino < (runs[i - 1]?.ino ?? 0) + (runs[i - 1]?.count ?? 0));
    expect(overlaps).toEqual([]);
    expect(runs.filter(({ ino, count }) => agOf(ino) !== agOf(ino + count - 1) || agOf(ino) >= ags)).toEqual([]);
  }
});

describe('ranges', () => {
  const owner = (index: number, count: number, ag = 0) => ({
    id: `unlinker/${index}`,
    inodes: { use: 'unlinked', index, ag, count, fate: 'unlinked' } as const,
  });

  test('are far apart while there is room, and side by side when there is not', () => {
    expect([...numberInodes([owner(0, 10), owner(63, 10)]).values()]).toEqual([8_388_608, 12_517_376]);
    expect([...numberInodes([owner(0, 10), owner(64, 100), owner(65, 1), owner(66, 1, 1)]).values()]).toEqual([
      8_388_608, 8_388_672, 8_388_800, 8_388_608,
    ]);
  });

  test('in several groups begin where there is room in all of them', () => {
    const both = [0, 1].map((ag) => ({ ag, files: 50 }));
    const spread = { ...owner(64, 100), inodes: { ...owner(64, 100).inodes, ag: both } };
    expect([...numberInodes([owner(0, 10), spread, owner(65, 1, 1)]).values()]).toEqual([
      8_388_608, 8_388_672, 8_388_800,
    ]);
  });

  test('that do not fit are refused', () => {
    expect(() => numberInodes([owner(0, 4_194_300), owner(1, 5)])).toThrow('AG 0 has no inode numbers left for');
  });
});
