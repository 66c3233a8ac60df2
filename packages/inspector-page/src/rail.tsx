/** The rail: agents by kind, the legend, and the faults. */
import type { AgentId } from '@dragon/engine';
import { TaskNames } from '@dragon/report';
import type { RunRecord } from '@dragon/inspection';
import type { WithState } from './page-state.ts';
import { type Look, LOOK_WORDS, LookIcon } from './look-icon.tsx';

const LEGEND: readonly Look[] = ['run', 'ready', 'wait', 'sleep', 'find', 'held', 'exit'];

export function Rail({ state }: WithState) {
  void state.revision.value;
  const record = state.record.value;
  return (
    <aside class="rail" aria-label="Agents">
      {record !== undefined && <Agents state={state} record={record} />}
      <dl class="legend">
        {LEGEND.map((look) => (
          <div key={look}>
            <dt>
              <LookIcon look={look} />
            </dt>
            <dd>{LOOK_WORDS[look]}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

function Agents({ state, record }: WithState & { readonly record: RunRecord }) {
  const names = new TaskNames(record.plan);
  const t = state.t.value;
  const byKind = new Map<string, AgentId[]>();
  for (const { id, kind } of record.agents) byKind.set(kind, [...(byKind.get(kind) ?? []), id]);
  return (
    <div class="kinds">
      {[...byKind].map(([kind, agents]) => (
        <div key={kind} class="kind">
          <span>{kind}</span>
          {agents.map((agent) => (
            <button key={agent} type="button" title={names.name(agent)} onClick={() => (state.selection.value = agent)}>
              <LookIcon look={record.now(record.placeOf(agent), t).state.look} />
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}
