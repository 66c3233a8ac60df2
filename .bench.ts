const root = process.argv[2]!;
const fresh = process.argv[3] === 'new';
const extra = process.argv[4];
const e = await import(`${root}/packages/engine/src/index.ts`);
const s = await import(`${root}/packages/scenarios/src/index.ts`);
const k = await import(`${root}/packages/kernel/src/index.ts`);
const r = await import(`${root}/packages/report/src/index.ts`);
const plan = s.planScenario(s.scenarioNamed('big-cache-50k'), {
  policy: k.profileNamed('v6.1').policy,
  profile: 'v6.1',
  cpus: 4,
  seed: 1,
  until: 1.2e9,
  keepGoing: false,
});
let n = 0;
const obs = {
  moves: true,
  see: ({ before, after, effects, moves }: any) => {
    n += (before !== after ? 1 : 0) + effects.length + (moves?.length ?? 0);
  },
};
const t0 = process.cpuUsage();
const res = fresh
  ? e.runPlan(plan, s.DEFINITIONS, {
      finders: r.kernelFinders().finders,
      ...(extra === 'obs' ? { observers: [obs] } : {}),
    })
  : e.runPlan(plan, s.DEFINITIONS, { finder: new r.WaitForGraph() });
const t1 = process.cpuUsage(t0);
console.log(res.events, ((t1.user + t1.system) / 1e6).toFixed(2), n);
