import { definitions } from '/work/main/services/inode-cache/src/index.ts';
import { profileNamed, inodeNumber } from '/work/main/packages/kernel/src/index.ts';
const def = definitions[0]!;
const N = 500_000;
const lru = Array.from({ length: N / 64 }, (_, t) => ({ ino: inodeNumber(t % 4, 128 + 64 * Math.floor(t / 4)), count: 64, fate: 'postEof' as const }));
const policy = profileNamed('v6.1').policy;
let t = performance.now();
let { state } = def.init({ node: 0, policy, lru: [], cached: lru, cachedPages: 800000, buffers: 1000 } as never, 'inode-cache');
console.log('init', (performance.now() - t).toFixed(0));
const timers = new Map<string, any>();
let msgs = 0; let freedPages = 0;
const give = (m: any, from: string) => {
  const s = def.receive(state, m, from, 0); state = s.state; msgs += 1;
  const out: any[] = [];
  for (const e of s.effects as any[]) {
    if (e.kind === 'send') { if (e.message.type === 'memory.free') freedPages += e.message.pages; out.push(e.message); }
    if (e.kind === 'setTimer') timers.set(e.delay.name, e.message);
  }
  return out;
};
const fire = (name: string) => { const m = timers.get(name); if (!m) return false; timers.delete(name); give(m, 'inode-cache'); return true; };
t = performance.now();
for (let p = 0; p < 800000; p += 32) give({ type: 'inodeCache.pageCacheReclaimed', pages: 32 }, 'memory/0');
console.log('pages', (performance.now() - t).toFixed(0), msgs); t = performance.now(); msgs = 0;
const per = process.argv[2] === 'one' ? 1 : 32;
for (;;) {
  const r = give({ type: 'inodeCache.scanObjects', shrinker: 'sb-xfs:sda', nrToScan: 1024, gfpFs: true }, 'kswapd/0').find((m) => m.type === 'task.objectsScanned');
  for (const run of r.dispose) for (let i = run.count - per; i >= 0; i -= per) give({ type: 'inodeCache.setReclaimable', inodes: [{ ...run, ino: run.ino + i, count: per }] }, 'inodegc/0');
  for (const run of r.dispose) { const rest = run.count % per; if (rest) give({ type: 'inodeCache.setReclaimable', inodes: [{ ...run, ino: run.ino, count: rest }] }, 'inodegc/0'); }
  if (r.fsShare > 0) give({ type: 'inodeCache.reclaimInodes', nrToScan: r.fsShare }, 'kswapd/0');
  give({ type: 'inodeCache.scanFinished' }, 'kswapd/0');
  for (const n of ['logForce', 'writeCluster', 'xfsaildSleep', 'rcuGracePeriod']) fire(n);
  const c = (state as any).context;
  if (c.behindDentry.count + c.onLru.count + c.reclaimable.count + c.freeing.count === 0) break;
}
fire('rcuGracePeriod'); fire('rcuGracePeriod');
console.log('scan..freed', (performance.now() - t).toFixed(0), 'ms, messages', msgs, 'freed pages', freedPages, (state as any).context.freed, (state as any).context.slab.inodes.count);
console.log('json', JSON.stringify(def.save(state)).length);
