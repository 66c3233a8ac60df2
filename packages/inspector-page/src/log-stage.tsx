/** Graph of a log's dump: tasks, and arrows to who is in their way; dashed where one fits and none is named. */
import {
  type Box,
  type EdgeCurve,
  type LogDump,
  type LogGraphView,
  logTaskName,
  type LogTask,
  logWaitGraph,
  type WaitLayout,
  waitLayout,
} from '@dragon/inspection';
import { andMore } from '@dragon/report';
import { useMemo } from 'preact/hooks';
import { remPixels, useElementSize } from './element-size.ts';
import { LookIcon } from './look-icon.tsx';
import { measuredWidth } from './measured-width.ts';
import { edgeKey, layersText, placed, WaitArrows } from './wait-arrows.tsx';

/** In rem. */
const NODE = { width: 13.5, height: 3.75 };
const LABEL = { padding: 1.125, height: 2.375 };
const SANS = 'Inter, "Segoe UI", system-ui, sans-serif';

const FACT = 'a fact';
const GUESS = 'the only one that fits';

interface StageProps {
  readonly dump: LogDump;
  readonly selected: number | undefined;
  readonly onChoose: (pid: number) => void;
}

export function LogStage({ dump, selected, onChoose }: StageProps) {
  const { ref, size } = useElementSize<HTMLDivElement>();
  const graph = useMemo(() => logWaitGraph(dump), [dump]);
  const layout = useMemo(() => (size.width > 0 ? laidOut(graph, size) : undefined), [graph, size.width, size.height]);
  const edges = new Map(graph.edges.map((edge) => [edgeKey(edge), edge]));
  const guesses = new Set(graph.edges.flatMap((edge) => (edge.isFact ? [] : [edgeKey(edge)])));
  const labelled = new Set(layout === undefined ? [] : free(layout).map(({ edge }) => edgeKey(edge)));
  const isTold = (id: string): boolean => graph.edges.some((edge) => edge.from === id && labelled.has(edgeKey(edge)));
  const left = graph.left + (layout?.left.reduce((sum, { agents }) => sum + agents.length, 0) ?? 0);
  return (
    <div class="stage-body">
      <div class="waits" ref={ref} data-cycle={graph.cycle.length > 0} data-layers={layersText(layout)}>
        {layout !== undefined && (
          <>
            <WaitArrows layout={layout} guesses={guesses} />
            {layout.curves.map(({ edge, label }) => {
              const told = edges.get(edgeKey(edge));
              if (label === undefined || told === undefined || !labelled.has(edgeKey(edge))) return null;
              return (
                <button
                  key={edgeKey(edge)}
                  type="button"
                  class={`wait-label${edge.isParty ? ' find' : ''}`}
                  style={placed(label)}
                  title={told.because}
                  onClick={() => onChoose(Number(edge.from))}
                >
                  <b>{told.resource}</b>
                  <span>{told.isFact ? FACT : GUESS}</span>
                </button>
              );
            })}
            <div class="wait-nodes" role="tree" aria-label="Who waits for whom">
              {graph.nodes.map(({ id, agents, isParty }) => {
                const box = layout.boxes.get(id);
                const task = dump.tasks.find(({ pid }) => String(pid) === id);
                if (box === undefined || task === undefined) return null;
                const choose = (): void => onChoose(task.pid);
                const words = task.waitsFor?.words ?? '';
                // What no arrow says, the task says itself.
                const second = isTold(id) || words === '' ? (task.waitsFor?.site ?? task.stack[0] ?? '') : words;
                return (
                  <div
                    key={id}
                    role="treeitem"
                    tabIndex={0}
                    class={`wait-node look-${lookOf(task, isParty)}`}
                    data-stack={agents.length > 1}
                    data-mark={selected !== undefined && agents.includes(String(selected)) ? 'selected' : undefined}
                    aria-description={words === '' ? undefined : `waits for ${words}`}
                    style={placed(box)}
                    onClick={choose}
                    onKeyDown={({ key }) => {
                      if (key === ' ' || key === 'Enter') choose();
                    }}
                  >
                    <span class="name">
                      <LookIcon look={lookOf(task, isParty)} size={16} />
                      <b>{agents.length > 1 ? `${agents.length} × ${task.comm}` : logTaskName(dump, task.pid)}</b>
                      <span
                        class="since"
                        title="state of the task, as the log has it: D sleeps and cannot be woken, R runs"
                      >
                        {task.state}
                      </span>
                    </span>
                    <span class="state" data-wish={second === words} title={second}>
                      {second}
                    </span>
                  </div>
                );
              })}
            </div>
          </>
        )}
        <p class="waits-caption">
          An arrow leads to who is in the way. Solid: the log says it. Dashed: nobody is named, and only one fits.
          {left > 0 && ` … ${andMore(left)}`}
        </p>
      </div>
    </div>
  );
}

/** The arrows whose labels lie on no task and on no other label. */
function free({ curves, boxes }: WaitLayout): EdgeCurve[] {
  const taken = [...boxes.values()];
  return curves.filter(({ label }) => {
    if (label === undefined || taken.some((box) => overlap(box, label))) return false;
    taken.push(label);
    return true;
  });
}

const overlap = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

function laidOut(graph: LogGraphView, area: { readonly width: number; readonly height: number }): WaitLayout {
  const rem = remPixels();
  return waitLayout({
    graph,
    area: { width: area.width, height: area.height - 1.75 * rem },
    node: { width: NODE.width * rem, height: NODE.height * rem },
    stackWidth: NODE.width * rem,
    spareWidth: 0,
    labelSize: ({ resource }) => {
      const width = Math.max(
        measuredWidth(resource, `650 ${0.75 * rem}px ${SANS}`),
        measuredWidth(GUESS, `400 ${0.6875 * rem}px ${SANS}`),
      );
      return { width: width + LABEL.padding * rem, height: LABEL.height * rem };
    },
    parties: graph.cycle,
    mayClose: false,
    before: undefined,
  });
}

function lookOf({ waitsFor, state }: LogTask, isParty: boolean): 'find' | 'wait' | 'run' | 'sleep' {
  if (isParty) return 'find';
  if (waitsFor !== null) return 'wait';
  return state === 'R' ? 'run' : 'sleep';
}
