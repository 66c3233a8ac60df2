/** soak */
import { expect, test } from 'vitest';
import { MemoryHub } from '@dragon/federation';
import { inFederation, inOneProcess, expectSame } from './federation-runs.ts';
import { toyPlan } from './federation-toys.ts';
test('soak', { timeout: 500000 }, async () => {
  for (let seed = 100; seed < 220; seed++) {
    const faults = { seed, drop: [0,0.05,0.2][seed%3]!, duplicate: [0.3,0][seed%2]!, reorder: [0.5,0.1,0,0.3][seed%4]! };
    const hub = new MemoryHub({ faults, maxPayload: seed % 5 === 0 ? 800 : undefined });
    const plan = toyPlan({ seed, until: 150_000, lockers: seed % 3 });
    try { expectSame(await inFederation(plan, 1 + seed % 6, () => Promise.resolve(hub.link())), inOneProcess(plan)); }
    catch (e) { console.log(seed, faults, String((e as Error).message).slice(0,300)); throw e; }
  }
});
test('volume', { timeout: 500000 }, async () => {
  const plan = toyPlan({ seed: 5, lockers: 0, until: 60_000_000 });
  let t = performance.now(); const local = inOneProcess(plan); console.log('local', local.result.events, performance.now() - t);
  for (const n of [1, 2, 6]) { const hub = new MemoryHub(); t = performance.now(); const f = await inFederation(plan, n, () => Promise.resolve(hub.link())); console.log(n, f.rounds, performance.now() - t); expect(f.result.digest).toBe(local.result.digest); expect(f.rows.length).toBe(local.rows.length); }
});
