/** The examples of docs/extending.md: what the page says of them, and that it shows the code that is run. */
import { existsSync, readFileSync } from 'node:fs';
import { MILLISECOND, type Row } from '@dragon/engine';
import { policyChanges, profileNamed } from '@dragon/kernel';
import { outcomeOf } from '@dragon/report';
import { describe, expect, test } from 'vitest';
import { busyMonitors } from './busy-monitors.ts';
import { CrowdFinder } from './crowd-finder.ts';
import { frozenListFinder } from './frozen-list-finder.ts';
import { removalsWhileFrozen } from './removals-while-frozen.ts';
import { planExample, runFederated, runHere } from './run-example.ts';
import { v61Trylock } from './trylock-profile.ts';
import { twoPollers } from './two-pollers.ts';

const statesOf = (rows: readonly Row[]): string[] => rows.map(({ state }) => state);

describe('the page', () => {
  const root = new URL('../../', import.meta.url);
  const text = readFileSync(new URL('docs/extending.md', root), 'utf8');
  const blocks = [...text.matchAll(/^```\w+ (\S+?)( excerpt)?\n([\s\S]*?)^```$/gm)];

  test.each(blocks.map(([, file = '', excerpt, code = '']) => ({ file, excerpt, code })))(
    'shows $file',
    ({ file, excerpt, code }) => {
      const source = readFileSync(new URL(file, root), 'utf8');
      if (excerpt === undefined) expect(code).toBe(source);
      else expect(source).toContain(code);
    },
  );

  test('shows all of the examples, and nothing that is in no file', () => {
    expect(blocks).toHaveLength(text.match(/^```(?!sh$)\w/gm)?.length ?? 0);
    expect(blocks.map(([, file]) => file)).toEqual(
      expect.arrayContaining(
        ['poller', 'busy-monitors', 'two-pollers', 'trylock-profile', 'frozen-list-finder', 'crowd-finder'].map(
          (name) => `test/examples/${name}.ts`,
        ),
      ),
    );
  });

  test('names files that exist', () => {
    const named = [...text.matchAll(/`((?:packages|services|test|docs)\/[\w./-]+)`|\]\(([\w./-]+)\)/g)];
    const files = named.map(([, path, link]) => path ?? `docs/${link}`);
    expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  });
});

describe('the agent', () => {
  test('gives the same digest in one process and where a federate of its own hosts it', async () => {
    const plan = planExample(busyMonitors);
    const [here, there] = [runHere(plan), await runFederated(plan)];
    expect(there.digest).toBe(here.digest);
    expect(there.events).toBe(here.events);
  });

  test('whose delay has no row in the latency model ends the run', () => {
    const plan = planExample(twoPollers);
    const { pollPause: _gone, ...delays } = plan.latency.delays;
    const without = { ...plan, latency: { ...plan.latency, delays } };
    expect(() => runHere(without)).toThrow('the latency model has no delay named pollPause');
  });
});

describe('the scenarios', () => {
  test('the second of two pollers waits for the first', () => {
    const result = runHere(planExample(twoPollers));
    expect(statesOf(result.history('poller/1'))).toEqual(['lockingAgi', 'waitingForAgi', 'readingGeometry', 'pausing']);
    expect(outcomeOf(result)).toBe('completed');
  });
});

describe('the policy', () => {
  test('the profile differs from v6.1 in one row', () => {
    expect(policyChanges(v61Trylock.policy, profileNamed('v6.1').policy)).toEqual(['repair-lock=trylock']);
  });

  test('a repair that waits for the AGI gets it and deadlocks; one that tries it never gets it', () => {
    const waits = runHere(planExample(busyMonitors));
    expect(outcomeOf(waits)).toBe('deadlock');
    expect(statesOf(waits.history('repair/0')).at(-1)).toBe('unregisteringInTransaction');
    const tries = runHere(planExample(busyMonitors, v61Trylock));
    expect(outcomeOf(tries)).toBe('completed');
    expect(statesOf(tries.history('repair/0')).at(-1)).toBe('waitingToRetry');
  });
});

describe('the finders', () => {
  const plan = planExample(removalsWhileFrozen);

  test('a list of more than 100 inodes is found as it grows, and the run ends the grace later', async () => {
    const result = runHere(plan, frozenListFinder(100));
    expect(outcomeOf(result)).toBe('violated');
    expect(result.findings).toHaveLength(100);
    expect(result.findings[0]).toEqual({
      kind: 'property',
      at: result.foundAt,
      evidence: {
        property: 'at most 100 inodes queue on a CPU of a frozen file system',
        agent: 'inodegc/1',
        evidence: { cpu: 1, items: 101, task: 'closer/0' },
      },
    });
    expect(result.endedAt).toBe((result.foundAt ?? 0) + 100 * MILLISECOND);
    expect((await runFederated(plan, frozenListFinder(100))).findings).toEqual(result.findings);
  });

  test('where it finds nothing the run goes on to its end', () => {
    const result = runHere(plan, frozenListFinder(200));
    expect(outcomeOf(result)).toBe('completed');
    expect(result.endedAt).toBe(plan.until);
  });

  test('three threads that sleep on the AGI are a crowd', () => {
    const { findings } = runHere(planExample(busyMonitors), new CrowdFinder(3));
    expect(findings.filter(({ kind }) => kind === 'property').map(({ evidence }) => evidence)).toEqual([
      { property: 'no crowds', resource: 'AGI 0', agents: ['inodegc/0', 'poller/0', 'poller/1'] },
    ]);
  });
});
