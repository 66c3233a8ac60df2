/** Tests of the marks of verdicts: where they are, and what is said of them. */
import { formatSeconds, type Rule } from '@dragon/engine';
import { readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { Execution } from '../execution.ts';
import { RunRecord } from '../run-record.ts';
import { THEMES } from '../theme.ts';
import { laneTip } from './lane-tip.ts';
import type { TimeWindow } from './time-axis.ts';
import { TimelineModel } from './timeline-model.ts';
import { timelineSvg } from './timeline-svg.ts';
import { laneBoxes } from './timeline-view.ts';

const CHOICES = { pins: [], selection: undefined, hidden: new Set<string>(), unfolded: new Set<string>() };
const WIDTH = 1_000;

test('what a rule did is marked on the lanes of both, and told in words where it is marked', () => {
  const fate = { kind: 'delay', min: 1_000_000, max: 1_000_000 } as const;
  const late: Rule = { name: 'late', about: 'messages', names: ['kswapd.wake'], probability: 1, fate };
  const ruled = requestRun(readRun({ scenario: 'seed-deadlock' }));
  const execution = new Execution({ ...ruled.plan(), rules: [late] }, ruled.heading);
  const struck = new RunRecord(execution.opening);
  while (!execution.isOver) struck.append(execution.advance(1_000_000));
  const verdict = struck.verdicts.last('kswapd/0', struck.edge);
  expect(verdict).toMatchObject({ rule: 'late', fate: 'delay', what: 'kswapd.wake', to: 'kswapd/0', by: 1_000_000 });
  expect(struck.verdicts.of('memory/0')?.told).toContain(verdict);
  const own = new TimelineModel(struck);
  own.follow();
  const lanes = own.lanes(CHOICES);
  const view = own.view(lanes, 'time', { from: 0, to: struck.edge }, WIDTH);
  const at = verdict?.at ?? 0;
  const kswapd = lanes.findIndex(({ title }) => title === 'kswapd0');
  const y = laneBoxes(lanes)[kswapd]?.y ?? 0;
  expect(laneTip(view, view.axis.x(at), y + 5)?.lines).toContain(
    `rule late delayed kswapd.wake from memory/0 to kswapd0 at ${formatSeconds(at)} s by 1.0 ms`,
  );
  expect(laneTip(view, view.axis.x(at) - 20, y + 5)?.lines.join()).not.toContain('rule late');
  const marked = (window: TimeWindow) =>
    timelineSvg(own.view(lanes, 'time', window, WIDTH), at, 'dark').split(THEMES.dark.you).length - 1;
  expect(marked({ from: at - 1_000, to: at + 1_000 })).toBeGreaterThan(0);
  expect(marked({ from: 0, to: 1_000_000 })).toBe(0);
});
