/** What stands beside the stage of agents: where they are, what is wanted most, and whom to look at. */
import type { AgentId } from '@dragon/engine';
import {
  agentsAt,
  longestWaiter,
  lookAt,
  mainLeaf,
  shortPath,
  type StateLook,
  stateRows,
  threadsOfInterest,
  waitSentence,
} from '@dragon/inspection';
import { andMore, blockedFor, plainText, thousands, wantedMost } from '@dragon/report';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { factSentences, namesOf } from './agent-view.ts';
import { selectTogether } from './companions.ts';
import { LookIcon } from './look-icon.tsx';
import type { WithState } from './page-state.ts';
import { pointAtAll } from './pointing.ts';
import { Words } from './words.tsx';
import type { WithRecord } from './with-record.ts';

/** The others are a number. */
const MOST_STATES = 9;
const MOST_WANTED = 5;

export function AgentsSide({ state, record }: WithRecord) {
  const revision = state.revision.value;
  const t = state.t.value;
  const rows = useMemo(() => stateRows(record, agentsAt(record, t)), [record, revision, t]);
  const wanted = wantedMost(record.waitsAt(t), namesOf(record));
  useEffect(() => () => pointAtAll(state, []), []);
  const most = Math.max(1, ...rows.map(({ agents }) => agents.length));
  return (
    <aside class="agents-side" aria-label="States, resources and threads">
      <h2>Where they are</h2>
      <ul>
        {rows.slice(0, MOST_STATES).map(({ group, path, look, agents }) => (
          <li key={`${group} ${path} ${look}`}>
            <Row state={state} look={look} agents={agents} most={most} title={`${group}: ${path}`}>
              <LookIcon look={look} />
              <span class="mono">
                {group} · {look === 'ready' ? `${shortPath(path, 18)}, no CPU` : shortPath(path)}
              </span>
            </Row>
          </li>
        ))}
      </ul>
      {rows.length > MOST_STATES && (
        <p class="agents-more">
          {andMore(rows.slice(MOST_STATES).reduce((sum, { agents }) => sum + agents.length, 0))}
        </p>
      )}
      <h2>Wanted most</h2>
      {wanted.length === 0 && <p class="agents-more">Nobody waits.</p>}
      <ul>
        {wanted.slice(0, MOST_WANTED).map(({ text, agents }) => (
          <li key={text}>
            <Row state={state} look="wait" agents={agents} most={most} title={text}>
              <span>{text}</span>
            </Row>
          </li>
        ))}
      </ul>
      <h2>Threads of interest</h2>
      <ul>
        {threadsOfInterest(record, t).map((agent) => (
          <li key={agent}>
            <Thread state={state} record={record} agent={agent} />
          </li>
        ))}
      </ul>
      <Longest state={state} record={record} />
    </aside>
  );
}

interface RowProps extends WithState {
  readonly look: StateLook;
  readonly agents: readonly AgentId[];
  readonly most: number;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A number of agents as a bar; who points at it sees which they are. */
function Row({ state, look, agents, most, title, children }: RowProps) {
  const mark = (): void => pointAtAll(state, agents);
  const unmark = (): void => pointAtAll(state, []);
  return (
    <button
      type="button"
      class="agents-row"
      title={title}
      onPointerEnter={mark}
      onPointerLeave={unmark}
      onFocus={mark}
      onBlur={unmark}
      onClick={() => selectTogether(state, agents)}
    >
      {children}
      <b>{thousands(agents.length)}</b>
      <i class="agents-bar">
        <i class={`share-${look}`} style={{ width: `${(100 * agents.length) / most}%` }} />
      </i>
    </button>
  );
}

function Thread({ state, record, agent }: WithRecord & { readonly agent: AgentId }) {
  void state.revision.value;
  const t = state.t.value;
  const { state: now } = record.now(record.placeOf(agent), t);
  const leaf = mainLeaf(record.chartOf(now.kind), now.text);
  const facts = factSentences(record, agent, t).map(plainText).join('; ');
  const mark = (): void => pointAtAll(state, [agent]);
  const unmark = (): void => pointAtAll(state, []);
  return (
    <button
      type="button"
      class="agents-thread"
      title={`${leaf}; ${facts}`}
      aria-pressed={state.selection.value === agent}
      onPointerEnter={mark}
      onPointerLeave={unmark}
      onFocus={mark}
      onBlur={unmark}
      onClick={() => (state.selection.value = agent)}
    >
      <LookIcon look={lookAt(record, agent, t)} />
      <span>
        <b>{namesOf(record).tasks.name(agent)}</b> <span class="mono">{leaf}</span>
      </span>
      {facts !== '' && <small>{facts}</small>}
    </button>
  );
}

function Longest({ state, record }: WithRecord) {
  void state.revision.value;
  const t = state.t.value;
  const agent = longestWaiter(record, t);
  const words = agent === undefined ? undefined : waitSentence(record, agent, t, namesOf(record));
  if (agent === undefined || words === undefined) return null;
  const since = record.waitsAt(t).tasks.get(agent)?.waitingSince ?? t;
  return (
    <>
      <h2>
        Longest wait <span>{blockedFor(t - since)}</span>
      </h2>
      <p class="agents-longest">
        <Words sentence={words} state={state} />
      </p>
    </>
  );
}
