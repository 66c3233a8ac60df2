/** The timeline: a lane for each party, pinned agent, resource and stack, over the window of time that is shown. */
import type { AgentId } from '@dragon/engine';
import { agentLine, laneBoxes, type TimelineLane, timelineSvg } from '@dragon/inspection';
import { thousands } from '@dragon/report';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { companions, markOf, selectTogether } from './companions.ts';
import { remPixels } from './element-size.ts';
import { laneKeys } from './lane-keys.ts';
import type { PageState, WithState } from './page-state.ts';
import { pointAt } from './pointing.ts';
import { isMainLane, shownLanes } from './shown-lanes.ts';
import { TimelineEdge } from './timeline-edge.tsx';
import { TimelineMouse } from './timeline-mouse.ts';
import { TimelinePainter, type TimelineSize } from './timeline-painter.ts';
import { timelineParts } from './timeline-parts.ts';
import { TimelineTip, type Tip } from './timeline-tip.tsx';

const NOWHERE: TimelineSize = { width: 0, height: 0, top: 0, scale: 1 };
/** The root font at which lanes are as high as they say. */
const REM = 16;

export function Timeline({ state }: WithState) {
  const lanes = useMemo(() => shownLanes(state), []);
  const size = useSignal(NOWHERE);
  const tip = useSignal<Tip | undefined>(undefined);
  const span = useSignal<{ readonly from: number; readonly to: number } | undefined>(undefined);
  /** What is said of the lane that has the focus. */
  const said = useSignal('');
  const root = useRef<HTMLElement>(null);
  const painter = useRef<TimelinePainter | undefined>(undefined);

  useEffect(() => {
    if (root.current === null) return undefined;
    const parts = timelineParts(root.current);
    painter.current = new TimelinePainter(parts);
    const mouse = new TimelineMouse(state, parts, tip, span);
    const stopWatching = watchSurroundings(parts.root, parts.body, {
      resized: () => {
        const scale = remPixels() / REM;
        const [width, height] = [parts.map.parentElement?.clientWidth ?? 0, parts.body.clientHeight];
        size.value = { width: width / scale, height: height / scale, top: parts.body.scrollTop / scale, scale };
      },
      recoloured: () => {
        painter.current?.forgetColours();
        size.value = { ...size.value };
      },
    });
    state.pictures.set('timeline', (theme) => {
      const view = painter.current?.view;
      return view === undefined ? '' : timelineSvg(view, state.t.value, theme);
    });
    return () => {
      state.pictures.delete('timeline');
      stopWatching();
      mouse.stop();
    };
  }, []);

  // All changes that come together are painted together.
  const isDue = useRef(false);
  useSignalEffect(() => {
    for (const each of [
      state.t,
      state.revision,
      state.window,
      state.axis,
      state.allMessages,
      state.forkedAt,
      size,
      lanes,
    ])
      void each.value;
    if (isDue.current) return;
    isDue.current = true;
    queueMicrotask(() => {
      isDue.current = false;
      if (lanes.value !== undefined) painter.current?.paint(state, lanes.value, size.value);
    });
  });

  const list = lanes.value?.lanes ?? [];
  const beside = companions(state);
  const boxes = laneBoxes(list);
  const last = boxes.at(-1);
  const hidden = state.hiddenLanes.value;
  const say = (lane: TimelineLane): void => {
    const [record, names] = [state.record.value, state.names.value];
    const isAgent = lane.kind === 'agent' && record !== undefined && names !== undefined;
    said.value = isAgent ? agentLine(record, lane.agent, state.t.value, names) : lane.title;
  };
  return (
    <section class="timeline" aria-label="Timeline" ref={root}>
      <TimelineEdge />
      <h2>
        Timeline
        {hidden.size > 0 && (
          <button type="button" onClick={() => (state.hiddenLanes.value = new Set())}>
            {thousands(hidden.size)} hidden
          </button>
        )}
      </h2>
      <div class="timeline-map" title="The whole run: how much happens when. The frame is what is shown below.">
        <canvas data-part="map" aria-hidden="true" />
      </div>
      <button
        type="button"
        class="timeline-measure"
        title="In time, or in order: every event equally wide (x)"
        onClick={() => (state.axis.value = state.axis.value === 'time' ? 'order' : 'time')}
      >
        {state.axis.value === 'time' ? 'in time' : 'in order'}
      </button>
      <div class="timeline-axis">
        <canvas data-part="axis" aria-hidden="true" />
      </div>
      <div class="timeline-lanes" data-part="body" onKeyDown={(event) => laneKeys(state, event)}>
        <div class="timeline-all" style={{ height: inRem((last?.y ?? 0) + (last?.height ?? 0)) }}>
          {list.map((lane, i) => (
            <div
              key={lane.key}
              class="timeline-lane"
              data-kind={lane.kind}
              data-mark={markOf(state, agentsOf(lane), beside)}
              style={{ top: inRem(boxes[i]?.y ?? 0), height: inRem(boxes[i]?.height ?? 0) }}
            >
              <button
                type="button"
                class={isMainLane(lane) ? 'main' : undefined}
                title={lane.title}
                data-lane={lane.key}
                aria-describedby="timeline-said"
                tabIndex={i === 0 ? 0 : -1}
                onFocus={() => say(lane)}
                onClick={() => choose(state, lane)}
                onPointerEnter={() => pointAt(state, 'agent' in lane ? lane.agent : undefined)}
                onPointerLeave={() => pointAt(state, undefined)}
              >
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
        <div class="timeline-fork" data-part="fork" title="fork" hidden />
        <div class="timeline-line" data-part="line" hidden />
        <div class="timeline-flag" data-part="flag" hidden />
      </div>
      <p id="timeline-said" class="timeline-said">
        {said.value}
      </p>
      <TimelineTip state={state} tip={tip} scale={size.value.scale} viewOf={() => painter.current?.view} />
    </section>
  );
}

const inRem = (pixels: number): string => `${pixels / REM}rem`;

/** Tells of a new size, a scrolled column and other colours; returns what ends it. */
function watchSurroundings(
  section: HTMLElement,
  body: HTMLElement,
  { resized, recoloured }: { readonly resized: () => void; readonly recoloured: () => void },
): () => void {
  const sizes = new ResizeObserver(resized);
  sizes.observe(section);
  const themes = new MutationObserver(recoloured);
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const over = new AbortController();
  body.addEventListener('scroll', resized, { passive: true, signal: over.signal });
  for (const query of ['(prefers-contrast: more)', '(forced-colors: active)'])
    matchMedia(query).addEventListener('change', recoloured, { signal: over.signal });
  return () => {
    sizes.disconnect();
    themes.disconnect();
    over.abort();
  };
}

/** Whom a lane shows, one by one. */
function agentsOf(lane: TimelineLane): readonly AgentId[] {
  if ('agent' in lane) return [lane.agent];
  return lane.kind === 'stack' ? lane.agents : [];
}

/** A click on a lane's name selects its agent, a resource's its holders and its queue; a stack's unfolds it. */
function choose(state: PageState, lane: TimelineLane): void {
  if ('agent' in lane) state.selection.value = lane.agent;
  if (lane.kind === 'resource') selectTogether(state, partiesOf(state, lane.resource));
  if (!('agents' in lane)) return;
  const unfolded = new Set(state.unfoldedLanes.value);
  if (!unfolded.delete(lane.key)) unfolded.add(lane.key);
  state.unfoldedLanes.value = unfolded;
}

/** Returns who has a resource at the cursor, and then who waits for it. */
function partiesOf(state: PageState, resource: string): readonly AgentId[] {
  const facts = state.record.value?.waitsAt(state.t.value);
  if (facts === undefined) return [];
  return [...(facts.resources.get(resource)?.holders.keys() ?? []), ...facts.queue(resource)];
}
