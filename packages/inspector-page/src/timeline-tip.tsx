/** The tooltip of the timeline: what is under the pointer. */
import { laneTip, type TimelineView } from '@dragon/inspection';
import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { WithState } from './page-state.ts';
import { pointAt } from './pointing.ts';

/** Where the pointer is, in CSS pixels: on the screen, and on the lanes. */
export interface Tip {
  readonly left: number;
  readonly top: number;
  readonly x: number;
  readonly y: number;
}

const DISTANCE = 14;

export function TimelineTip({
  state,
  tip,
  scale,
  viewOf,
}: WithState & {
  readonly tip: Signal<Tip | undefined>;
  /** CSS pixels to one of the view's. */
  readonly scale: number;
  readonly viewOf: () => TimelineView | undefined;
}) {
  const at = tip.value;
  const view = viewOf();
  const said = at && view && laneTip(view, at.x / scale, at.y / scale);
  const agent = said?.agent;
  useEffect(() => pointAt(state, agent), [agent]);
  if (at === undefined || said === undefined) return null;
  const isLeft = at.left > window.innerWidth / 2;
  const place = {
    top: 'auto',
    bottom: `${window.innerHeight - at.top + DISTANCE}px`,
    ...(isLeft ? { right: `${window.innerWidth - at.left + DISTANCE}px` } : { left: `${at.left + DISTANCE}px` }),
  };
  return (
    <div class="timeline-tip" role="tooltip" style={place}>
      {said.title}
      {said.state !== '' && <strong>{said.state}</strong>}
      {said.lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}
