/** The page before there is a run: the deadlock to watch, the scenarios, and a place for a recorded run. */
import { printableName } from '@dragon/report';
import { useEffect, useState } from 'preact/hooks';
import type { RunTexts } from '@dragon/scenarios';
import { Command } from './command.tsx';
import type { PageState, WithState } from './page-state.ts';

export function StartPage({ state }: WithState) {
  const [texts, setTexts] = useState<RunTexts>({ scenario: 'seed-deadlock' });
  const catalogue = state.catalogue.value;
  const [failure, again] = [state.failure.value, state.again.value];
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
      <p class="start-about">
        Threads and locks of a Linux kernel, as statecharts in virtual time: a run shows, event by event, how memory
        reclaim and XFS come to wait for each other.
      </p>
      {failure !== undefined && (
        <div class="failure" role="alert">
          <p>{failure}</p>
          {again !== undefined && <Command state={state} text={`npx dragon ${again}`} />}
        </div>
      )}
      <div class="start-ways">
        <button type="button" class="start-first" onClick={() => open({ scenario: 'seed-deadlock' })}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M3 1 14 8 3 15Z" />
          </svg>
          <span>
            <b>Watch the deadlock of December 2022</b>
            <span>kswapd, an inodegc worker and an online repair wait for each other, for ever</span>
          </span>
        </button>
        <label class="start-drop">
          <b>Open a recorded run</b>
          <span>Drop its trace anywhere on the page, or choose it:</span>
          <input
            type="file"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file !== undefined) openTrace(state, file);
            }}
          />
        </label>
      </div>
      <div>
        <h2>Or run one of these</h2>
        <p class="start-about">
          A neighbour is like the deadlock but for one thing, and so without it. What is left empty is as the scenario
          has it.
        </p>
      </div>
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
        {field('policy', 'policy, as throttle=skip-kswapd', 'of the profile')}
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
    </section>
  );
}

/** What was left empty is as usual. */
const filled = ({ scenario, ...others }: RunTexts): RunTexts => ({
  scenario,
  ...Object.fromEntries(Object.entries(others).filter(([, text]) => text !== '')),
});

function openTrace(state: PageState, file: File): void {
  state.wantRun({ kind: 'trace', name: printableName(file.name), file });
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
