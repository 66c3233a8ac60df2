/** The context of an agent at the cursor, asked for when it is opened: what its chart remembers besides its state. */
import type { AgentId, Json } from '@dragon/engine';
import { lastOwnRow, type RunRecord } from '@dragon/inspection';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { WithState } from './page-state.ts';

interface ContextProps extends WithState {
  readonly record: RunRecord;
  readonly agent: AgentId;
}

export function ContextPanel({ state, record, agent }: ContextProps) {
  const isOpen = useSignal(false);
  const row = lastOwnRow(record, agent, state.t.value);
  const known = state.facts.context.value;
  const isKnown = known?.agent === agent && known.row === row;
  useEffect(() => {
    if (isOpen.value && !isKnown) state.facts.wantContext(agent, row);
  }, [isOpen.value, isKnown, agent, row]);
  return (
    <details class="context" open={isOpen.value} onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>Context</summary>
      {isOpen.value && (
        <dl aria-busy={!isKnown} class="mono">
          {known?.agent === agent ? <Entries of={known.context} /> : <dd>computing …</dd>}
        </dl>
      )}
    </details>
  );
}

function Entries({ of }: { readonly of: Json }) {
  if (typeof of !== 'object' || of === null) return <dd>{JSON.stringify(of)}</dd>;
  return (
    <>
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={JSON.stringify(value)}>{JSON.stringify(value)}</dd>
        </div>
      ))}
    </>
  );
}
