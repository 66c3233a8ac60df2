/** The page before there is a run: the deadlock to watch, the scenarios, and a place for a recorded run. */
import { useEffect, useState } from 'preact/hooks';
import type { RunTexts } from '@dragon/scenarios';
import type { PageState, WithState } from './page-state.ts';

export function StartPage({ state }: WithState) {
  const [texts, setTexts] = useState<RunTexts>({ scenario: 'seed-deadlock' });
  const catalogue = state.catalogue.value;
  useEffect(() => state.ask({ kind: 'catalogue', run: 'main' }), []);
  const open = (wanted: RunTexts): void => state.wantRun({ kind: 'scenario', texts: filled(wanted) });
  const field = (name: 'policy' | 'seed' | 'cpus', label: string, usual: string) => (
    <label>
      {label}
      <input
        class="field"
        placeholder={usual}
        value={texts[name] ?? ''}
        onInput={({ currentTarget }) => setTexts({ ...texts, [name]: currentTarget.value })}
      />
    </label>
  );
  return (
    <section class="start" aria-label="What to look at">
      <button type="button" class="start-first" onClick={() => open({ scenario: 'seed-deadlock' })}>
        <b>Watch the deadlock of December 2022</b>
        <span>kswapd, an inodegc worker and an online repair wait for each other</span>
      </button>
      {state.failure.value !== undefined && <p class="failure">{state.failure.value}</p>}
      <div class="start-settings">
        <label>
          profile
          <select
            class="field"
            value={texts.profile ?? 'v6.1'}
            onChange={({ currentTarget }) => setTexts({ ...texts, profile: currentTarget.value })}
          >
            {(catalogue?.profiles ?? ['v6.1']).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {field('policy', 'policy', 'throttle=skip-kswapd')}
        {field('seed', 'seed', '1')}
        {field('cpus', 'CPUs', '4')}
      </div>
      <ul class="scenarios" aria-label="Scenarios">
        {catalogue?.scenarios.map(({ name, about }) => (
          <li key={name}>
            <button type="button" onClick={() => open({ ...texts, scenario: name })}>
              <b>{name}</b>
              <span>{about}</span>
            </button>
          </li>
        ))}
      </ul>
      <label class="start-drop">
        <span>A recorded run: drop its trace anywhere on the page, or choose it</span>
        <input
          type="file"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file !== undefined) openTrace(state, file);
          }}
        />
      </label>
    </section>
  );
}

/** What was left empty is as usual. */
const filled = ({ scenario, ...others }: RunTexts): RunTexts => ({
  scenario,
  ...Object.fromEntries(Object.entries(others).filter(([, text]) => text !== '')),
});

function openTrace(state: PageState, file: File): void {
  state.wantRun({ kind: 'trace', name: file.name, file });
}

/** A trace may be dropped anywhere. */
export function listenToFiles(state: PageState): void {
  addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    const [file] = event.dataTransfer?.files ?? [];
    if (file === undefined) return;
    event.preventDefault();
    openTrace(state, file);
  });
}
