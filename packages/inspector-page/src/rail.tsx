/** The rail: agents by group with what each is doing, the legend, and the faults. */
import type { AgentId } from '@dragon/engine';
import { agentLooks, type Look } from '@dragon/inspection';
import { agentGroups, thousands } from '@dragon/report';
import { useMemo } from 'preact/hooks';
import { companions, markOf } from './companions.ts';
import { FaultPalette } from './fault-palette.tsx';
import { LOOK_WORDS, LookIcon } from './look-icon.tsx';
import { LookShares } from './look-shares.tsx';
import type { WithState } from './page-state.ts';
import { pointAt } from './pointing.ts';
import type { WithRecord } from './with-record.ts';

const LEGEND: readonly Look[] = ['run', 'ready', 'wait', 'sleep', 'find', 'held', 'exit'];

/** What is drawn on the timeline alone. */
const BARS = [
  ['wait', 'bar: waits for another'],
  ['hold', 'line below: holds locks'],
  ['queue', 'lock: as high as its queue'],
] as const;

/** Groups of more are a bar of shares: so many stand in two rows. */
const MOST_ICONS = 14;

export function Rail({ state }: WithState) {
  void state.revision.value;
  const record = state.record.value;
  return (
    <aside class="rail" aria-label="Agents, legend and faults">
      {record !== undefined && <Agents state={state} record={record} />}
      <Legend hasRules={(record?.plan.rules?.length ?? 0) > 0} />
      {record !== undefined && <FaultPalette state={state} />}
    </aside>
  );
}

function Legend({ hasRules }: { readonly hasRules: boolean }) {
  return (
    <dl class="legend" aria-label="Legend">
      {LEGEND.map((look) => (
        <div key={look}>
          <dt>
            <LookIcon look={look} />
          </dt>
          <dd>{LOOK_WORDS[look]}</dd>
        </div>
      ))}
      {BARS.map(([bar, words]) => (
        <div key={bar} class="wide">
          <dt>
            <i class={`bar-sample bar-${bar}`} />
          </dt>
          <dd>{words}</dd>
        </div>
      ))}
      {hasRules && (
        <div class="wide">
          <dt>
            <svg class="rule-sample" width="26" height="10" viewBox="0 0 26 10" aria-hidden="true">
              <path d="M2 1.5h8l-4 7z" />
              <path class="cross" d="M16 1.5l7 7M23 1.5l-7 7" />
            </svg>
          </dt>
          <dd>a rule struck; cross: lost</dd>
        </div>
      )}
    </dl>
  );
}

function Agents({ state, record }: WithRecord) {
  void state.revision.value;
  const groups = useMemo(() => agentGroups(record.agents), [record]);
  const lookOf = agentLooks(record, state.t.value);
  const beside = companions(state);
  const look = (agent: AgentId): Look => lookOf(record.placeOf(agent));
  return (
    <>
      <h2 class="rail-head">
        Agents <span>{thousands(record.agents.length)}</span>
      </h2>
      <dl class="kinds">
        {groups.map((group) => (
          <div key={group.name}>
            <dt title={group.name}>{group.name}</dt>
            <dd>
              {group.agents.length > MOST_ICONS ? (
                <LookShares looks={group.agents.map(look)} />
              ) : (
                group.agents.map((agent) => (
                  <AgentIcon
                    key={agent}
                    agent={agent}
                    look={look(agent)}
                    mark={markOf(state, [agent], beside)}
                    state={state}
                  />
                ))
              )}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

interface AgentIconProps extends WithState {
  readonly agent: AgentId;
  readonly look: Look;
  readonly mark: ReturnType<typeof markOf>;
}

/** Too small to be a target of its own for a finger or the keyboard: those have the stage Agents and the search. */
function AgentIcon({ agent, look, mark, state }: AgentIconProps) {
  const name = `${state.names.value?.tasks.name(agent) ?? agent}: ${LOOK_WORDS[look]}`;
  return (
    <span
      class="agent-icon"
      title={name}
      data-agent={agent}
      data-mark={mark}
      onPointerEnter={() => pointAt(state, agent)}
      onPointerLeave={() => pointAt(state, undefined)}
      onClick={() => (state.selection.value = agent)}
    >
      <LookIcon look={look} />
      <span class="unseen">{name}</span>
    </span>
  );
}
