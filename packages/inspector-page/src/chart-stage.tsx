/** The stage Chart: the whole statechart of one agent, with what it has done, does, and may do next. */
import type { AgentId } from '@dragon/engine';
import {
  chartGraph,
  chartSvg,
  type ChartIndex,
  type ChartLayout,
  type ChartMarks,
  openCompounds,
  type RunRecord,
  waitSentence,
} from '@dragon/inspection';
import { plainText } from '@dragon/report';
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { chartOf, marksAt, namesOf, sinceWords } from './agent-view.ts';
import { chartAgent, openCard, shownCards } from './cards.ts';
import { ChartDrawing } from './chart-drawing.ts';
import { knownLayout, layOut } from './chart-layouts.ts';
import { ContextPanel } from './context-panel.tsx';
import type { WithState } from './page-state.ts';
import { sendNext } from './send-next.ts';
import { Words } from './words.tsx';

/** Up to this speed, in virtual seconds a second, a person can follow: the camera does, too. */
const FOLLOWED_SPEED = 0.01;

export function ChartStage({ state }: WithState) {
  void state.revision.value;
  const record = state.record.value;
  if (record === undefined) return null;
  const agent = chartAgent(state, record);
  const index = agent === undefined ? undefined : chartOf(record, agent);
  if (agent === undefined || index === undefined) return <p class="chart-none">No agent of this run has a chart.</p>;
  return <Chart key={agent} state={state} record={record} agent={agent} index={index} />;
}

interface ChartProps extends WithState {
  readonly record: RunRecord;
  readonly agent: AgentId;
  readonly index: ChartIndex;
}

function Chart({ state, record, agent, index }: ChartProps) {
  const t = state.t.value;
  const marks = marksAt(record, agent, t, state.facts.ruledOutFor(agent), state.aheadOf(agent));
  const byHand = useSignal<ReadonlySet<string>>(new Set());
  const layout = useSignal<ChartLayout | undefined>(undefined);
  const host = useRef<HTMLDivElement>(null);
  const drawing = useRef<ChartDrawing | undefined>(undefined);
  // While time runs nothing opens or closes by itself: what is drawn would jump.
  const open = useRef<readonly string[]>([]);
  if (!state.playing.value || layout.value === undefined)
    open.current = openCompounds(index, marks.active, byHand.value);
  const graph = chartGraph(index, open.current);
  const shown = knownLayout(graph) ?? layout.value;

  useEffect(() => {
    let isWanted = true;
    void layOut(graph).then((made) => {
      if (isWanted) layout.value = made;
    });
    return () => {
      isWanted = false;
    };
  }, [graph.hash]);

  useLayoutEffect(() => {
    if (host.current === null) return undefined;
    const made = new ChartDrawing(host.current, {
      onOpen: (path) => {
        const others = new Set(byHand.value);
        if (!others.delete(path)) others.add(path);
        byHand.value = others;
      },
      onSend: (edges) => {
        sendNext(state, agent, edges);
      },
    });
    drawing.current = made;
    return () => made.remove();
  }, []);

  useEffect(() => {
    if (shown === undefined) return undefined;
    state.pictures.set('chart', (theme) => chartSvg(shown, marks, theme, `${record.heading}: ${agent}`));
    return () => void state.pictures.delete('chart');
  });

  const isCalm = !state.playing.value || state.speed.value <= FOLLOWED_SPEED;
  useLayoutEffect(() => {
    if (shown === undefined) return;
    drawing.current?.show(shown, marks);
    if (isCalm) drawing.current?.follow(marks);
  });

  return (
    <div class="chart-stage" data-calm={isCalm}>
      <div class="chart-head">
        <ChartLine state={state} record={record} agent={agent} t={t} marks={marks} />
        {!shownCards(state).includes(agent) && (
          <button
            type="button"
            class="chart-keep"
            title="Keep it in sight as a card (o)"
            onClick={() => openCard(state, agent)}
          >
            Keep as card
          </button>
        )}
      </div>
      <div class="chart-host" ref={host} />
      <ContextPanel state={state} record={record} agent={agent} />
      {shown === undefined && <p class="chart-none">Laying out …</p>}
      <StateList index={index} marks={marks} path="" />
    </div>
  );
}

interface LineProps extends WithState {
  readonly record: RunRecord;
  readonly agent: AgentId;
  readonly t: number;
  readonly marks: ChartMarks;
}

/** Who it is, what it does, and what it waits for and since when. */
function ChartLine({ state, record, agent, t, marks }: LineProps) {
  const waits = waitSentence(record, agent, t, namesOf(record));
  const now = state.aheadOf(agent) ?? record.now(record.placeOf(agent), t);
  const leaves = [...marks.active].filter((path) => ![...marks.active].some((each) => each.startsWith(`${path}.`)));
  const states = leaves.map((path) => (leaves.length > 1 ? regionAndLeaf(path) : leafOf(path))).join(', ');
  const conditions = record.conditions.at(agent, t);
  const since = sinceWords(now.state.look, now.since, t);
  const who = waits === undefined ? namesOf(record).tasks.name(agent) : plainText(waits);
  return (
    <p class="chart-line" title={`${who} · ${since} in ${[states, ...conditions].join(' · ')}`}>
      {waits === undefined ? <b>{namesOf(record).tasks.name(agent)}</b> : <Words sentence={waits} state={state} />} ·{' '}
      {since} in <span class="mono">{states}</span>
      {conditions.map((words) => (
        <span key={words}>
          {' · '}
          <b>{words}</b>
        </span>
      ))}
    </p>
  );
}

const leafOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** As `timer disarmed`: of several regions, many are `idle`. */
const regionAndLeaf = (path: string): string => `${path.split('.', 1)[0]} ${leafOf(path)}`;

/** The chart for readers: states within states, and which are active. */
function StateList({
  index,
  marks,
  path,
}: {
  readonly index: ChartIndex;
  readonly marks: ChartMarks;
  readonly path: string;
}) {
  const inside = index.children(path);
  if (inside.length === 0) return null;
  return (
    <ul class="for-readers" aria-label={path === '' ? 'States' : undefined}>
      {inside.map((node) => (
        <li key={node.path} aria-current={marks.active.has(node.path) ? 'true' : undefined}>
          {leafOf(node.path)}
          {marks.active.has(node.path) && <StateList index={index} marks={marks} path={node.path} />}
        </li>
      ))}
    </ul>
  );
}
