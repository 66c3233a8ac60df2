/** The stage of waits: who waits for whom, on what, at the cursor; a deadlock is a ring. */
import { type AgentId, formatSeconds } from '@dragon/engine';
import {
  deadlockAt,
  type EdgeCurve,
  type RunRecord,
  type WaitEdge,
  type WaitGraphView,
  waitGraphAt,
  type WaitLayout,
  waitLayout,
  type WaitNode,
  waitNodeWords,
  type WaitsPicture,
  waitsSvg,
} from '@dragon/inspection';
import {
  andMore,
  deadlockCaption,
  edgeLabel,
  plainText,
  type ReportNames,
  waitLine,
  waitingCount,
} from '@dragon/report';
import { useEffect, useRef, useState } from 'preact/hooks';
import { companions, markOf } from './companions.ts';
import { type ElementSize, remPixels, useElementSize } from './element-size.ts';
import { LookIcon } from './look-icon.tsx';
import { measuredWidth } from './measured-width.ts';
import type { PageState, WithState } from './page-state.ts';
import { pointAt } from './pointing.ts';
import { edgeKey, layersText, placed, WaitArrows } from './wait-arrows.tsx';
import type { WithRecord } from './with-record.ts';

/** In rem. */
const NODE = { width: 13.75, height: 3.75 };
/** Names of stacks are short. */
const STACK_WIDTH = 12;
/** Of what a task holds, where that stands beside it. */
const SPARE_WIDTH = 10.625;
const LABEL = { padding: 1.125, height: 2.375 };
/** In rem: the room that a ring of three needs. What is presented grows until it fills the window. */
const LEAST_ROOM = { width: 50, height: 18.2 };
const SANS = 'Inter, "Segoe UI", system-ui, sans-serif';

export function WaitsStage({ state, record }: WithRecord) {
  void state.revision.value;
  const names = state.names.value;
  const { ref, size: room } = useElementSize<HTMLDivElement>();
  const scale = state.present.value ? scaleIn(room) : 1;
  const size = { width: room.width / scale, height: room.height / scale };
  const [opened, setOpened] = useState<ReadonlySet<AgentId>>(new Set());
  const before = useRef<{ readonly layout: WaitLayout; readonly key: string }>(undefined);
  const t = state.t.value;
  const graph = waitGraphAt(record, t, opened);
  const layout = names && size.width > 0 ? laidOut(record, graph, names, size, before) : undefined;
  const beside = companions(state);
  const open = (id: AgentId): void => setOpened(new Set([...opened, id]));
  useEffect(() => {
    if (layout === undefined || names === undefined) return undefined;
    const words: WaitsPicture = {
      title: `${record.heading}, at ${formatSeconds(t)} s`,
      nodes: new Map(graph.nodes.map((node) => [node.id, waitNodeWords(record, node, t, names, layout)])),
      label: (edge) => labelTexts(edge, names),
      caption: captionText(graph, record, state),
    };
    state.pictures.set('waits', (theme) => waitsSvg(layout, words, areaOf(size), theme));
    return () => void state.pictures.delete('waits');
  });
  return (
    <div class="waits" ref={ref} data-cycle={graph.cycle.length > 0} data-layers={layersText(layout)}>
      <div
        class="waits-drawing"
        style={{ width: `${size.width}px`, height: `${size.height}px`, transform: `scale(${scale})` }}
      >
        {layout !== undefined && names !== undefined && (
          <>
            <WaitArrows layout={layout} />
            {layout.curves.map((curve) => (
              <Label key={edgeKey(curve.edge)} curve={curve} names={names} state={state} />
            ))}
            <div class="wait-nodes" role="tree" aria-label="Who waits for whom">
              {graph.nodes.map((node) => (
                <Node
                  key={node.id}
                  state={state}
                  record={record}
                  node={node}
                  layout={layout}
                  names={names}
                  open={open}
                  beside={beside}
                />
              ))}
            </div>
          </>
        )}
        <Caption graph={graph} layout={layout} record={record} state={state} />
      </div>
    </div>
  );
}

function laidOut(
  record: RunRecord,
  graph: WaitGraphView,
  names: ReportNames,
  area: ElementSize,
  before: { current: { readonly layout: WaitLayout; readonly key: string } | undefined },
): WaitLayout {
  const rem = remPixels();
  const key = JSON.stringify([graph.nodes.map(({ id }) => id), graph.edges, graph.cycle, area, rem]);
  if (before.current?.key === key) return before.current.layout;
  const layout = waitLayout({
    graph,
    area: areaOf(area),
    node: { width: NODE.width * rem, height: NODE.height * rem },
    stackWidth: STACK_WIDTH * rem,
    spareWidth: SPARE_WIDTH * rem,
    labelSize: (edge) => {
      const { what, who } = labelTexts(edge, names);
      const width = Math.max(
        measuredWidth(what, `650 ${0.75 * rem}px ${SANS}`),
        measuredWidth(who, `400 ${0.6875 * rem}px ${SANS}`),
      );
      return { width: width + LABEL.padding * rem, height: LABEL.height * rem };
    },
    parties: record.stories.find(({ kind }) => kind === 'deadlock')?.parties ?? [],
    mayClose: record.end === undefined,
    before: before.current?.layout,
  });
  before.current = { layout, key };
  return layout;
}

/** How much larger everything is drawn in a room. */
const scaleIn = ({ width, height }: ElementSize): number =>
  Math.max(1, Math.min(width / LEAST_ROOM.width, height / LEAST_ROOM.height) / remPixels());

/** What is left for the drawing above its caption. */
const areaOf = ({ width, height }: ElementSize) => ({ width, height: height - 1.75 * remPixels() });

/** The two lines on an arrow. */
function labelTexts(edge: WaitEdge, names: ReportNames) {
  const asked = { resource: edge.resource, lock: edge.lock };
  const { what, who } = edgeLabel(asked, { agent: edge.to, mode: edge.heldAs }, names);
  return { what: plainText(what), who: plainText(who) };
}

function Label({ curve, names, state }: { readonly curve: EdgeCurve; readonly names: ReportNames } & WithState) {
  const { edge, label } = curve;
  if (label === undefined) return null;
  const { what, who } = labelTexts(edge, names);
  return (
    <button
      type="button"
      class={edge.isParty ? 'wait-label find' : 'wait-label'}
      style={placed(label)}
      onClick={() => (state.selection.value = edge.to)}
    >
      <b>{what}</b>
      <span>{who}</span>
    </button>
  );
}

interface NodeProps extends WithRecord {
  readonly node: WaitNode;
  readonly layout: WaitLayout;
  readonly names: ReportNames;
  readonly open: (id: AgentId) => void;
  readonly beside: ReadonlySet<AgentId>;
}

function Node({ state, record, node, layout, names, open, beside }: NodeProps) {
  const box = layout.boxes.get(node.id);
  if (box === undefined) return null;
  const { look, name, isStack, since, line, leaf, spare, description } = waitNodeWords(
    record,
    node,
    state.t.value,
    names,
    layout,
  );
  const choose = (): void => {
    if (isStack) open(node.id);
    else state.selection.value = node.id;
  };
  const mark = markOf(state, node.agents, beside);
  return (
    <div
      role="treeitem"
      tabIndex={0}
      class={`wait-node look-${look}`}
      data-agent={node.id}
      data-stack={isStack}
      data-mark={mark}
      onPointerEnter={() => pointAt(state, node.id)}
      onPointerLeave={() => pointAt(state, undefined)}
      aria-description={description && plainText(description)}
      style={placed(box)}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== ' ') return;
        // On the page it plays.
        event.preventDefault();
        choose();
      }}
    >
      <span class="name">
        <LookIcon look={look} size={16} />
        <b title={name}>{name}</b>
        {since !== undefined && <span class="since">{since}</span>}
      </span>
      <span class="state" data-wish={line !== leaf} title={leaf}>
        {line}
      </span>
      {spare !== '' && (
        <span class="spare" data-side={layout.spareSides.get(node.id)} title={spare}>
          {spare}
        </span>
      )}
    </div>
  );
}

interface CaptionProps extends WithRecord {
  readonly graph: WaitGraphView;
  readonly layout: WaitLayout | undefined;
}

function Caption({ graph, layout, record, state }: CaptionProps) {
  const left = graph.left + (layout?.left.reduce((sum, { agents }) => sum + agents.length, 0) ?? 0);
  const words = captionText(graph, record, state);
  return (
    <p class="waits-caption" data-alone={graph.nodes.length === 0}>
      {words}
      {/* Of a ring, the sentence has counted those behind it. */}
      {left > 0 && graph.cycle.length === 0 && ` … ${andMore(left)}`}
    </p>
  );
}

function captionText(graph: WaitGraphView, record: RunRecord, { t, names }: PageState): string {
  if (graph.cycle.length > 0) return deadlockCaption(graph.behind, deadlockAt(record, t.value)?.undoneAt === undefined);
  if (graph.waiting > 0) return waitingCount(graph.waiting, record.agents.length);
  const last = record.waits.intervals.ended.findLast(({ to }) => to <= t.value);
  if (last === undefined || names.value === undefined) return waitingCount(0, record.agents.length);
  const words = plainText(waitLine(last.agent, last.wait, last.from, [], names.value));
  return `${waitingCount(0, record.agents.length)} The last wait ended at ${formatSeconds(last.to)} s. ${words}.`;
}
