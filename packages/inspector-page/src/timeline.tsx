/** The timeline: a lane for each party, pinned agent, resource and stack, over the window of time that is shown. */
import { laneBoxes, type TimelineLane, TimelineModel } from '@dragon/inspection';
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { PageState, WithState } from './page-state.ts';
import { listenToKeys } from './timeline-keys.ts';
import { TimelineMouse } from './timeline-mouse.ts';
import { TimelinePainter, type TimelineSize } from './timeline-painter.ts';
import { TimelineTip, type Tip } from './timeline-tip.tsx';

const NOWHERE: TimelineSize = { width: 0, height: 0, top: 0 };

export function Timeline({ state }: WithState) {
  const record = state.record.value;
  const model = useMemo(() => record && new TimelineModel(record), [record]);
  const lanes = useLanes(state, model);
  const size = useSignal(NOWHERE);
  const tip = useSignal<Tip | undefined>(undefined);
  const span = useSignal<{ readonly from: number; readonly to: number } | undefined>(undefined);
  const root = useRef<HTMLElement>(null);
  const painter = useRef<TimelinePainter | undefined>(undefined);

  useEffect(() => {
    const section = root.current;
    if (section === null) return undefined;
    const part = (name: string): HTMLElement => partOf(section, name);
    const own = new TimelinePainter({
      root: section,
      map: canvasOf(section, 'map'),
      axis: canvasOf(section, 'axis'),
      bars: canvasOf(section, 'bars'),
      notes: canvasOf(section, 'notes'),
      future: part('future'),
      line: part('line'),
      flag: part('flag'),
    });
    painter.current = own;
    const body = part('lanes');
    const measured = (): void => {
      const width = part('map').parentElement?.clientWidth ?? 0;
      size.value = { width, height: body.clientHeight, top: body.scrollTop };
    };
    const resized = new ResizeObserver(measured);
    resized.observe(section);
    body.addEventListener('scroll', measured, { passive: true });
    const themes = matchMedia('(prefers-color-scheme: dark)');
    const recoloured = (): void => {
      own.forgetColours();
      size.value = { ...size.value };
    };
    themes.addEventListener('change', recoloured);
    const themed = new MutationObserver(recoloured);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const mouse = new TimelineMouse(
      state,
      { section, map: part('map'), axis: part('axis'), sight: part('sight'), body },
      tip,
      span,
    );
    return () => {
      resized.disconnect();
      themed.disconnect();
      themes.removeEventListener('change', recoloured);
      body.removeEventListener('scroll', measured);
      mouse.stop();
    };
  }, []);

  // All changes of one frame are painted together.
  const isDue = useRef(false);
  useSignalEffect(() => {
    void state.t.value;
    void state.revision.value;
    void state.window.value;
    void state.axis.value;
    void size.value;
    void lanes.value;
    if (isDue.current) return;
    isDue.current = true;
    queueMicrotask(() => {
      isDue.current = false;
      const shown = lanes.value;
      if (shown.model !== undefined) painter.current?.paint(state, shown.lanes, shown.model, size.value);
    });
  });

  useEffect(() => listenToKeys(state), []);

  const shown = lanes.value;
  const boxes = laneBoxes(shown.lanes);
  const total = boxes.at(-1);
  const { selection, hovered } = state;
  return (
    <section class="timeline" aria-label="Timeline" ref={root}>
      <div class="timeline-edge" data-part="edge" />
      <h2>Timeline</h2>
      <div class="timeline-map">
        <canvas data-part="map" aria-hidden="true" />
      </div>
      <button
        type="button"
        class="timeline-measure"
        title="Time, or every event equally wide (x)"
        onClick={() => (state.axis.value = state.axis.value === 'time' ? 'order' : 'time')}
      >
        {state.axis.value === 'time' ? 'in time' : 'in order'}
      </button>
      <div class="timeline-axis">
        <canvas data-part="axis" aria-hidden="true" />
      </div>
      <div class="timeline-lanes" data-part="lanes">
        <div class="timeline-all" style={{ height: `${(total?.y ?? 0) + (total?.height ?? 0)}px` }}>
          {shown.lanes.map((lane, i) => (
            <div
              key={lane.key}
              class="timeline-lane"
              data-main={isMain(lane)}
              data-mark={markOf(lane, selection.value, hovered.value)}
              style={{ top: `${boxes[i]?.y ?? 0}px`, height: `${boxes[i]?.height ?? 0}px` }}
            >
              <button type="button" title={lane.title} onClick={() => choose(state, lane)}>
                {lane.title}
              </button>
            </div>
          ))}
          <div class="timeline-sight" data-part="sight">
            <canvas data-part="bars" aria-hidden="true" />
            <div class="timeline-future" data-part="future" />
            <canvas data-part="notes" aria-hidden="true" />
          </div>
        </div>
      </div>
      <div class="timeline-over">
        {span.value !== undefined && (
          <div
            class="timeline-span"
            style={{ left: `${span.value.from}px`, width: `${span.value.to - span.value.from}px` }}
          />
        )}
        <div class="timeline-line" data-part="line" hidden />
        <div class="timeline-flag" data-part="flag" hidden />
      </div>
      <TimelineTip tip={tip} viewOf={() => painter.current?.view} />
    </section>
  );
}

function partOf(section: HTMLElement, name: string): HTMLElement {
  const element = section.querySelector<HTMLElement>(`[data-part="${name}"]`);
  if (element === null) throw new Error(`the timeline has no part ${name}`);
  return element;
}

function canvasOf(section: HTMLElement, name: string): HTMLCanvasElement {
  const element = partOf(section, name);
  if (!(element instanceof HTMLCanvasElement)) throw new Error(`${name} is no canvas`);
  return element;
}

/** The lanes, the same list as long as it holds the same. */
function useLanes(state: PageState, model: TimelineModel | undefined) {
  const last = useRef<readonly TimelineLane[]>([]);
  const current = useSignal(model);
  current.value = model;
  return useComputed(() => {
    void state.revision.value;
    const own = current.value;
    if (own === undefined) return { model: own, lanes: [] };
    own.follow();
    const lanes = own.lanes({
      pins: state.pins.value,
      selection: state.selection.value,
      hidden: state.hiddenLanes.value,
      unfolded: state.unfoldedLanes.value,
    });
    const isSame = lanes.length === last.current.length && lanes.every((lane, i) => isAlike(lane, last.current[i]));
    if (!isSame) last.current = lanes;
    return { model: own, lanes: last.current };
  });
}

const isAlike = (one: TimelineLane, other: TimelineLane | undefined): boolean =>
  one.key === other?.key && one.title === other.title && isMain(one) === isMain(other);

const isMain = (lane: TimelineLane): boolean => lane.kind === 'agent' && lane.isMain;

function markOf(lane: TimelineLane, selection: string | undefined, hovered: string | undefined) {
  const has = (agent: string | undefined): boolean =>
    agent !== undefined &&
    (lane.kind === 'agent' ? lane.agent === agent : lane.kind === 'stack' && lane.agents.includes(agent));
  if (has(selection)) return 'selected';
  return has(hovered) ? 'hovered' : undefined;
}

/** A click on a lane's name selects its agent; a stack's unfolds it. */
function choose(state: PageState, lane: TimelineLane): void {
  if (lane.kind === 'agent') state.selection.value = lane.agent;
  if (lane.kind !== 'stack' && lane.kind !== 'crowd') return;
  const unfolded = new Set(state.unfoldedLanes.value);
  if (!unfolded.delete(lane.key)) unfolded.add(lane.key);
  state.unfoldedLanes.value = unfolded;
}
