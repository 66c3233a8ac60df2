/** The stage of agents: each a cell, in groups, so that thousands are seen at once. */
import type { AgentId } from '@dragon/engine';
import {
  type AgentsAt,
  agentsAt,
  groupDoings,
  gridLayout,
  type GroupPlace,
  LOOKS,
  mainLeaf,
  type RunRecord,
  waitSentence,
} from '@dragon/inspection';
import { type AgentGroup, agentGroups, groupWords, plainText, thousands } from '@dragon/report';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { namesOf, sinceWords } from './agent-view.ts';
import { CELL, CellPainter } from './cell-painter.ts';
import { companions } from './companions.ts';
import { remPixels, useElementSize } from './element-size.ts';
import { LookShares } from './look-shares.tsx';
import type { PageState } from './page-state.ts';
import { pointAt } from './pointing.ts';
import type { WithRecord } from './with-record.ts';

/** In rem: what stands above a group's cells, what parts groups, and the least width of one beside others. */
const HEADER = 1.75;
const GAP = 0.5;
const SLOT = 15;

export function AgentsStage({ state, record }: WithRecord) {
  const revision = state.revision.value;
  const t = state.t.value;
  const { ref, size } = useElementSize<HTMLDivElement>();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<AgentId | undefined>(undefined);
  const groups = useMemo(() => agentGroups(record.agents), [record]);
  const at = useMemo(() => agentsAt(record, t), [record, revision, t]);
  const rem = remPixels();
  const layout = useMemo(
    () =>
      gridLayout(
        groups.map(({ name, agents }) => ({ size: agents.length, isFolded: folded.has(name) })),
        { width: size.width, height: size.height, header: HEADER * rem, gap: GAP * rem, slot: SLOT * rem },
      ),
    [groups, folded, size.width, size.height, rem],
  );
  const cells = cellCodes(record, state, at);
  const placed = groups.map((group, i) => ({ group, place: layout.groups[i] }));
  const inOrder = [...placed.filter(({ place }) => place?.isWide), ...placed.filter(({ place }) => !place?.isWide)];
  const shown = inOrder.filter(({ group }) => !folded.has(group.name)).map(({ group }) => group);
  const stop = shown.some(({ agents }) => active !== undefined && agents.includes(active))
    ? active
    : shown[0]?.agents[0];
  const toggle = (name: string): void => {
    const next = new Set(folded);
    if (!next.delete(name)) next.add(name);
    setFolded(next);
  };
  return (
    <div class="agents">
      <p class="agents-caption">{thousands(record.agents.length)} agents, by kind, then by CPU</p>
      <div class="agents-area" ref={ref}>
        {size.width > 0 && (
          <div class="agent-groups" style={{ gridTemplateColumns: `repeat(${layout.slots}, minmax(0, 1fr))` }}>
            {inOrder.map(
              ({ group, place }) =>
                place !== undefined && (
                  <Group
                    key={group.name}
                    state={state}
                    record={record}
                    group={group}
                    place={place}
                    pitch={layout.pitch}
                    at={at}
                    cells={cells}
                    stop={stop}
                    isFolded={folded.has(group.name)}
                    fold={() => toggle(group.name)}
                    walk={(agent, towards) => setActive(beside(shown, group, agent, towards))}
                    point={setActive}
                  />
                ),
            )}
          </div>
        )}
      </div>
    </div>
  );
}

/** Returns what each agent's cell shows, by place. */
function cellCodes(record: RunRecord, state: PageState, { looks }: AgentsAt): Uint8Array {
  const codes = new Uint8Array(looks);
  const marked = state.marked.value;
  if (marked.size > 0)
    for (let place = 0; place < codes.length; place += 1)
      if (!marked.has(record.agents[place]?.id ?? '')) codes[place] = (codes[place] ?? 0) | CELL.faint;
  const mark = (agent: AgentId | undefined, bit: number): void => {
    const place = agent === undefined ? -1 : record.placeOf(agent);
    if (place >= 0) codes[place] = (codes[place] ?? 0) | bit;
  };
  const selection = state.selection.value;
  for (const agent of companions(state)) mark(agent, CELL.related);
  mark(selection, CELL.selected);
  mark(state.hovered.value, CELL.hovered);
  return codes;
}

/** Returns the agent at the other side of a group's edge; none where there is no further group. */
function beside(
  shown: readonly AgentGroup[],
  group: AgentGroup,
  agent: AgentId | undefined,
  towards: 'back' | 'on',
): AgentId | undefined {
  if (agent !== undefined) return agent;
  const place = shown.indexOf(group) + (towards === 'on' ? 1 : -1);
  const next = shown[Math.max(0, Math.min(place, shown.length - 1))];
  return next?.agents.at(towards === 'on' ? 0 : -1);
}

interface GroupProps extends WithRecord {
  readonly group: AgentGroup;
  readonly place: GroupPlace;
  readonly pitch: number;
  readonly at: AgentsAt;
  readonly cells: Uint8Array;
  /** The one cell that the keyboard comes to. */
  readonly stop: AgentId | undefined;
  readonly isFolded: boolean;
  readonly fold: () => void;
  readonly walk: (agent: AgentId | undefined, towards: 'back' | 'on') => void;
  readonly point: (agent: AgentId) => void;
}

function Group({ state, record, group, place, pitch, at, cells, stop, isFolded, fold, walk, point }: GroupProps) {
  const facts = record.waitsAt(state.t.value);
  const doings = groupDoings(record, group.agents, at, facts);
  const words = groupWords(doings, group.name === 'CPU', namesOf(record));
  return (
    <section class="agent-group" data-wide={place.isWide} aria-label={group.name}>
      <h3 title={words}>
        <button type="button" aria-expanded={!isFolded} onClick={fold}>
          {group.name}
        </button>
        <span>
          {thousands(group.agents.length)}
          {words !== '' && ` · ${words}`}
        </span>
      </h3>
      {isFolded ? (
        <LookShares looks={group.agents.map((agent) => LOOKS[at.looks[record.placeOf(agent)] ?? 0] ?? 'part')} />
      ) : (
        <Cells
          state={state}
          record={record}
          group={group}
          columns={place.columns}
          pitch={pitch}
          cells={cells}
          stop={stop}
          walk={walk}
          point={point}
        />
      )}
    </section>
  );
}

type CellsProps = Omit<GroupProps, 'place' | 'at' | 'isFolded' | 'fold'> & { readonly columns: number };

function Cells({ state, record, group, columns, pitch, cells, stop, walk, point }: CellsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const painter = useRef<CellPainter>(undefined);
  const [tip, setTip] = useState<AgentId | undefined>(undefined);
  const [isFocused, setFocused] = useState(false);
  const places = useMemo(() => Uint32Array.from(group.agents, (agent) => record.placeOf(agent)), [group, record]);
  useLayoutEffect(() => {
    if (canvas.current === null) return;
    painter.current ??= new CellPainter(canvas.current);
    painter.current.paint(
      Uint8Array.from(places, (place) => cells[place] ?? 0),
      { pitch, columns },
    );
  });
  useEffect(() => () => pointAt(state, undefined), []);
  const stopIndex = stop === undefined ? -1 : group.agents.indexOf(stop);
  useLayoutEffect(() => {
    // The walk has come into this group from another one.
    const from = document.activeElement;
    if (stopIndex >= 0 && from !== grid.current && from?.classList.contains('cells')) grid.current?.focus();
  }, [stopIndex >= 0]);
  const agentAt = (event: PointerEvent | MouseEvent): AgentId | undefined => {
    const column = Math.floor(event.offsetX / pitch);
    return column < columns ? group.agents[Math.floor(event.offsetY / pitch) * columns + column] : undefined;
  };
  const hover = (agent: AgentId | undefined): void => {
    if (agent === tip) return;
    setTip(agent);
    pointAt(state, agent);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (stop === undefined) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (step !== undefined) walk(group.agents[stopIndex + step], step < 0 ? 'back' : 'on');
    else if (event.key === ' ') state.selection.value = stop;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const row = Math.floor(Math.max(0, stopIndex) / columns);
  const id = (agent: AgentId): string => `cell-${record.placeOf(agent)}`;
  const shownTip = tip ?? (isFocused && stopIndex >= 0 ? stop : undefined);
  return (
    <div
      ref={grid}
      class="cells"
      role="grid"
      aria-label={group.name}
      aria-rowcount={Math.ceil(group.agents.length / columns)}
      aria-colcount={Math.min(columns, group.agents.length)}
      tabIndex={stopIndex >= 0 ? 0 : -1}
      aria-activedescendant={stopIndex >= 0 && stop !== undefined ? id(stop) : undefined}
      onKeyDown={onKeyDown}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onPointerMove={(event) => hover(agentAt(event))}
      onPointerLeave={() => hover(undefined)}
      onClick={(event) => {
        const agent = agentAt(event);
        if (agent === undefined) return;
        state.selection.value = agent;
        point(agent);
      }}
    >
      <canvas
        ref={canvas}
        aria-hidden="true"
        style={{ width: `${columns * pitch}px`, height: `${Math.ceil(group.agents.length / columns) * pitch}px` }}
      />
      {stopIndex >= 0 && (
        <i
          class="cell-stop"
          style={{
            left: `${(stopIndex % columns) * pitch}px`,
            top: `${row * pitch}px`,
            width: `${pitch}px`,
            height: `${pitch}px`,
          }}
        />
      )}
      <div class="unseen" role="row" aria-rowindex={row + 1}>
        {group.agents.slice(row * columns, (row + 1) * columns).map((agent, i) => (
          <span
            key={agent}
            role="gridcell"
            id={id(agent)}
            aria-colindex={i + 1}
            aria-selected={state.selection.value === agent}
          >
            {agent === stop ? cellWords(record, agent, state) : namesOf(record).tasks.name(agent)}
          </span>
        ))}
      </div>
      {shownTip !== undefined && (
        <CellTip
          state={state}
          record={record}
          agent={shownTip}
          at={cellBox(canvas.current, group.agents.indexOf(shownTip), columns, pitch)}
        />
      )}
    </div>
  );
}

function cellWords(record: RunRecord, agent: AgentId, state: PageState): string {
  const { state: now, since } = record.now(record.placeOf(agent), state.t.value);
  const leaf = mainLeaf(record.chartOf(now.kind), now.text);
  return `${namesOf(record).tasks.name(agent)}: ${leaf}, ${sinceWords(now.look, since, state.t.value)}`;
}

/** Returns where a cell is on the screen. */
function cellBox(canvas: HTMLCanvasElement | null, index: number, columns: number, pitch: number) {
  const { left = 0, top = 0 } = canvas?.getBoundingClientRect() ?? {};
  const x = left + (index % columns) * pitch;
  const y = top + Math.floor(index / columns) * pitch;
  return { left: x, right: x + pitch, top: y, bottom: y + pitch };
}

interface TipProps extends WithRecord {
  readonly agent: AgentId;
  readonly at: ReturnType<typeof cellBox>;
}

const TIP_DISTANCE = 6;

/** Who it is, in which state, since when, and what it waits for. */
function CellTip({ state, record, agent, at }: TipProps) {
  const { state: now, since } = record.now(record.placeOf(agent), state.t.value);
  const leaf = mainLeaf(record.chartOf(now.kind), now.text);
  const wait = waitSentence(record, agent, state.t.value, namesOf(record));
  const place = {
    ...(at.left > innerWidth / 2 ? { right: `${innerWidth - at.right}px` } : { left: `${at.left}px` }),
    ...(at.top > innerHeight / 2
      ? { bottom: `${innerHeight - at.top + TIP_DISTANCE}px` }
      : { top: `${at.bottom + TIP_DISTANCE}px` }),
  };
  return (
    <div class="cell-tip" role="tooltip" style={place}>
      <b>{namesOf(record).tasks.name(agent)}</b> {sinceWords(now.look, since, state.t.value)}
      <strong>{leaf}</strong>
      {wait !== undefined && plainText(wait)}
    </div>
  );
}
