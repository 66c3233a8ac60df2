/** The drawing of a crowd's lane: over time, how many of its agents wait, run and are ready, as heights. */
import type { AgentId } from '@dragon/engine';
import type { ThemeToken } from '../theme.ts';
import { STATE_LOOKS, type StateLook } from '../state-look.ts';
import type { Pen } from './pen.ts';
import type { LaneBox, TimelineView } from './timeline-view.ts';

const MARGIN = 3;
/** From the bottom; those that sleep or are gone leave the rest empty. */
const BANDS: readonly (readonly [look: StateLook, tone: ThemeToken, alpha: number])[] = [
  ['wait', 'wait', 1],
  ['run', 'run', 1],
  ['ready', 'run', 0.45],
];

export function drawCrowdLane(pen: Pen, view: TimelineView, agents: readonly AgentId[], box: LaneBox): void {
  const counts = view.crowds.of(agents);
  if (counts === undefined) return;
  const { axis, record } = view;
  const y = box.y + MARGIN;
  const height = box.height - 2 * MARGIN;
  const limit = Math.min(axis.width, Math.ceil(axis.edgeX));
  const first = Math.max(0, Math.floor(axis.xOf(0)));
  let before = new Float64Array(STATE_LOOKS.length);
  let after = new Float64Array(STATE_LOOKS.length);
  counts.spentBefore(Math.max(0, axis.positionAt(first)), axis.kind, before);
  for (let x = first; x < limit; x += 1) {
    counts.spentBefore(axis.positionAt(x + 1), axis.kind, after);
    const whole = (axis.positionAt(x + 1) - axis.positionAt(x)) * counts.size;
    let bottom = y + height;
    for (const [look, tone, alpha] of BANDS) {
      const i = STATE_LOOKS.indexOf(look);
      const share = ((after[i] ?? 0) - (before[i] ?? 0)) / whole;
      if (share <= 0) continue;
      // Few of many are seen, too.
      const high = Math.min(bottom - y, Math.max(1, share * height));
      pen.fill(tone, x, bottom - high, 1, high, alpha);
      bottom -= high;
    }
    [before, after] = [after, before];
  }
  pen.frame('line2', first, y, limit - first, height, record.end === undefined);
}
