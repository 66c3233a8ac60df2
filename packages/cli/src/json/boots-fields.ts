/** The fields of `dragon import boots --json` and of `dragon compare --against --json`. */
import { z } from 'zod';
import { COUNT } from './json-kinds.ts';

const FIGURE = z.number().nonnegative().nullable();
const POLICY = z.enum(['always', 'skip-kswapd', 'unmodified']);

export const IMPORT_BOOTS_FIELDS = {
  folder: z.string(),
  boots: z
    .array(
      z.strictObject({
        boot: z.string(),
        group: z.string().describe('boots with the same settings, but for the policy'),
        cpus: COUNT,
        memoryMib: COUNT,
        policy: POLICY,
        workload: z.string(),
        logMib: z.number(),
        xfssyncdCentisecs: z.number(),
        inodes: FIGURE,
        buffers: FIGURE,
        memTotalKb: FIGURE,
        memFreeKb: FIGURE,
        pageCacheKb: FIGURE,
        freeMib: FIGURE,
        hogMib: FIGURE,
        dropBeforeS: FIGURE,
        logWorkerS: FIGURE.describe('first tick of the log worker'),
        killed: z.string().nullable(),
        killS: FIGURE,
        doneS: FIGURE,
        queued: FIGURE,
        reclaimable: FIGURE,
        pinned: FIGURE,
        inAil: FIGURE,
        slabKb: FIGURE,
        kswapdQueued: FIGURE,
        kswapdFlushes: FIGURE,
        kswapdSkipped: FIGURE,
        kswapdCpuChanges: FIGURE,
        kswapdMigrations: FIGURE,
        outOfMemoryCalls: FIGURE,
      }),
    )
    .describe('times are seconds since the hogs started; null: the console does not say it'),
};

const SHARE = z.strictObject({
  kills: COUNT,
  of: COUNT,
  interval: z.strictObject({ low: z.number(), high: z.number() }).describe('95 %'),
});
const P = z.number().min(0).max(1);

export const COMPARE_AGAINST_FIELDS = {
  scenario: z.string(),
  file: z.string(),
  seeds: z.string(),
  boots: COUNT,
  cells: z.array(
    z.strictObject({
      group: z.string(),
      policy: POLICY,
      workload: z.string(),
      cpus: COUNT,
      memoryMib: COUNT,
      real: SHARE,
      simulated: SHARE,
      p: P.describe("of Fisher's exact test of the shares"),
      measures: z.array(
        z.strictObject({
          name: z.string(),
          unit: z.enum(['seconds', 'count']),
          real: z.number().nullable().describe('median'),
          realCount: COUNT,
          simulated: z.number().nullable().describe('median'),
          simulatedCount: COUNT,
          p: P.nullable().describe('of the exact Mann-Whitney test'),
        }),
      ),
      disagrees: z.array(z.string()).describe('what differs with p below 0.05'),
    }),
  ),
};
