/** Tests of arrows: whoever waits long enough to be seen has one, wherever the window and its pixels begin. */
import { readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { Execution } from '../execution.ts';
import { RunRecord } from '../run-record.ts';
import { drawArrows } from './arrow-drawing.ts';
import type { Pen } from './pen.ts';
import { TimelineModel } from './timeline-model.ts';

const { plan, heading } = requestRun(readRun({ scenario: 'seed-deadlock' }));
const execution = new Execution(plan(), heading);
const record = new RunRecord(execution.opening);
while (!execution.isOver) record.append(execution.advance(1_000_000));
const model = new TimelineModel(record);
model.follow();

const BOX_HEIGHT = 26;
const boxes = new Map(record.agents.map(({ id }, place) => [id, { y: place * BOX_HEIGHT, height: BOX_HEIGHT }]));

/** Draws nothing, and tells where the heads of arrows are. */
class HeadsPen implements Pen {
  readonly heads: number[] = [];
  fill = () => undefined;
  hatch = () => undefined;
  frame = () => undefined;
  line = () => undefined;
  text = () => undefined;
  measure = () => 0;
  head(_tone: unknown, x: number): void {
    this.heads.push(x);
  }
}

test('every wait that is wide enough has its arrows, however near one looks', () => {
  let drawn = 0;
  for (const kind of ['time', 'order'] as const)
    for (const parts of [1, 3, 10, 40, 150])
      for (let part = 0; part < parts; part += 1) {
        const at = (row: number) => record.at.at(Math.min(record.rows - 1, Math.floor(row)));
        const from = at((part * record.rows) / parts);
        const window = { from, to: Math.max(from + 200, at(((part + 1) * record.rows) / parts)) };
        const view = model.view([], kind, window, 1_013 + part);
        const { axis, history } = view;
        for (const { id } of record.agents) {
          const wide = history.waitsOf(id).filter((wait) => {
            const isInSight = wait.from >= window.from && wait.from <= window.to;
            return isInSight && Math.min(axis.edgeX, axis.x(wait.to)) - axis.x(wait.from) >= 60;
          });
          const expected = wide.flatMap((wait) => {
            const others = new Set(history.holders(wait).filter((holder) => holder !== id));
            return Array.from(others, () => axis.x(wait.from));
          });
          const pen = new HeadsPen();
          drawArrows(pen, view, new Map([...boxes].filter(([agent]) => agent === id)), boxes);
          expect(pen.heads).toEqual(expected);
          drawn += expected.length;
        }
      }
  expect(drawn).toBeGreaterThan(100);
});
