/** The list of delays that are CPU time is that of the charts, which charge them to a thread. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CPU_TIMES, latencyModel } from './latency.ts';
import { slowedCpu } from './scale-latency.ts';
import { profileNamed } from '@dragon/kernel';

const ROOT = new URL('../../../', import.meta.url);

/** Names that charts give to `cpuTime`, or look up for it: the delays of inactivation depend on the inode. */
function chargedNames(): Set<string> {
  const names = new Set<string>();
  for (const folder of ['packages/kernel/src/', 'services/'])
    for (const path of readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.ts') || path.endsWith('.test.ts') || path.includes('node_modules')) continue;
      const text = readFileSync(new URL(folder + path, ROOT), 'utf8');
      for (const [, name = ''] of text.matchAll(/cpuTime\(\s*'(\w+)'/g)) names.add(name);
    }
  return names;
}

const MODEL = latencyModel(profileNamed('v6.1').policy, {}, []);

test('every delay that a chart charges as CPU time is in the list, and every name in the list is a delay', () => {
  const known = Object.keys(MODEL.delays);
  expect([...chargedNames()].filter((name) => known.includes(name) && !CPU_TIMES.includes(name))).toEqual([]);
  expect(CPU_TIMES.filter((name) => !known.includes(name))).toEqual([]);
});

test('on a slower CPU these and messages take longer, and timers do not', () => {
  const slowed = slowedCpu(MODEL, 3);
  expect(slowed.delays['allocPage']).toEqual({ kind: 'uniform', min: 1_200, max: 1_800 });
  expect(slowed.links.default).toBe(3 * MODEL.links.default);
  const others = Object.keys(MODEL.delays).filter((name) => !CPU_TIMES.includes(name));
  expect(others.map((name) => slowed.delays[name])).toEqual(others.map((name) => MODEL.delays[name]));
  expect(slowedCpu(MODEL, 1)).toBe(MODEL);
});
