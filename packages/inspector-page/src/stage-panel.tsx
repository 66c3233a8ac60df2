/** The stage: one of five views of the run, chosen by tabs. */
import { STAGES, type Stage } from '@dragon/inspection';
import { AgentsStage } from './agents-stage.tsx';
import { CompareStage } from './compare-stage.tsx';
import { ChartStage } from './chart-stage.tsx';
import { MemoryStage } from './memory-stage.tsx';
import type { WithState } from './page-state.ts';
import { WaitsStage } from './waits-stage.tsx';

const TITLES: Readonly<Record<Stage, string>> = {
  waits: 'Waits',
  memory: 'Memory',
  agents: 'Agents',
  chart: 'Chart',
  compare: 'Compare',
};

export function StagePanel({ state }: WithState) {
  const stage = state.stage.value;
  const record = state.record.value;
  return (
    <>
      <div class="head" role="tablist" aria-label="Stage">
        {STAGES.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`tab-${each}`}
            aria-selected={each === stage}
            aria-controls="stage-body"
            tabIndex={each === stage ? 0 : -1}
            onClick={() => state.choose(each)}
          >
            {TITLES[each]}
          </button>
        ))}
      </div>
      <div class="stage-body" id="stage-body" role="tabpanel" aria-labelledby={`tab-${stage}`}>
        {record !== undefined && stage === 'waits' && <WaitsStage state={state} record={record} />}
        {record !== undefined && stage === 'agents' && <AgentsStage state={state} record={record} />}
        {record !== undefined && stage === 'compare' && <CompareStage state={state} record={record} />}
        {stage === 'chart' && <ChartStage state={state} />}
        {record !== undefined && stage === 'memory' && <MemoryStage state={state} record={record} />}
      </div>
    </>
  );
}
