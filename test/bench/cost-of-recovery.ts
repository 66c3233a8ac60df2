/**
 * The bench `recovery`: what it costs a run that whoever makes it may be killed, while nobody is: checkpoints and the
 * journal of its rounds on against off.
 */
import { join } from 'node:path';
import { openNatsServer } from '@dragon/federation';
import type { RunTexts } from '@dragon/scenarios';
import type { Bench } from './bench.ts';
import { benchProgram, ROOT } from './bench-programs.ts';
import { Contestant, withContestants } from './contestant.ts';
import { median, ratio } from './figure.ts';
import type { RecoveryTurn } from './recovery-turns.ts';
import { takeRounds } from './take-rounds.ts';

const OFF = 'the same run without';

/** Some thousand rounds. */
const LONG: RunTexts = { scenario: 'other-ag', cpus: '16', until: '20s' };
const QUICK: RunTexts = { scenario: 'seed-deadlock' };

export const costOfRecovery: Bench = {
  name: 'recovery',
  about: 'a federation that takes checkpoints and keeps a journal, and without',
  seconds: 60,
  async measure({ box, quick, signal }) {
    const server = await openNatsServer({ env: process.env, cacheFolder: join(ROOT, '.cache', 'nats-server') });
    if ('advice' in server) return { figures: [], leftOut: [server.advice] };
    try {
      const address = JSON.stringify(server.address);
      const texts = JSON.stringify(quick ? QUICK : LONG);
      const program = await benchProgram('recovery-turns', texts, address);
      const { on, off } = await withContestants({ both: new Contestant<RecoveryTurn>(program, signal) }, ({ both }) =>
        takeRounds(
          { box, most: quick ? 1 : 8, signal, cold: quick },
          { on: () => both.turn('on'), off: () => both.turn('off') },
        ),
      );
      const stranger = [...on, ...off].find(({ digest }) => digest !== on[0]?.digest);
      if (stranger !== undefined) throw new Error(`a run came to another digest: ${stranger.digest}`);
      const [cpu, wall] = (['cpu', 'wall'] as const).map((time) =>
        ratio(
          on.map((turn) => turn[time]),
          off.map((turn) => turn[time]),
        ),
      );
      if (cpu === undefined || wall === undefined) throw new Error('there are two times');
      const about = '2 federates and their coordinator that may be killed';
      return {
        figures: [
          {
            name: 'recovery.cpu',
            about: `${about}, CPU time`,
            ...cpu,
            unit: 'x',
            against: OFF,
            goal: { better: 'lower', reach: 1.1 },
          },
          { name: 'recovery.wall', about: `${about}, wall time`, ...wall, unit: 'x', against: OFF },
          {
            name: 'recovery.off-s',
            about: 'the run without',
            ...median(off.map((turn) => turn.cpu)),
            unit: 's',
            against: 'CPU time, warm',
          },
        ],
        leftOut: [],
      };
    } finally {
      await server.stop();
    }
  },
};
