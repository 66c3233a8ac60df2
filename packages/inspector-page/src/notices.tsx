/** Lines that a person has to be told, above the panels, until they are closed; and what was just done. */
import { useEffect } from 'preact/hooks';
import type { WithState } from './page-state.ts';

export function Notices({ state }: WithState) {
  const said = state.said.value;
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => (state.said.value = ''), 3_000);
    return () => clearTimeout(timer);
  }, [said]);
  const close = (notice: string): void => {
    state.notices.value = state.notices.value.filter((each) => each !== notice);
  };
  return (
    <div class="notices" role="status">
      {said !== '' && <p class="notice copied">{said}</p>}
      <Reading state={state} />
      {state.notices.value.map((notice) => (
        <div key={notice} class="notice">
          <p>{notice}</p>
          <button type="button" class="action" onClick={() => close(notice)}>
            Close
          </button>
        </div>
      ))}
    </div>
  );
}

/** A trace that is being read: the page works meanwhile. */
function Reading({ state }: WithState) {
  const share = state.reading.value;
  if (share === undefined) return null;
  return (
    <div class="notice">
      <p>
        Reading {state.file.value ?? 'the trace'}
        {share !== null && `: ${Math.floor(share * 100)} %`}
      </p>
      <button type="button" class="action" onClick={() => state.stopReading()}>
        Cancel
      </button>
    </div>
  );
}
