/** The sheet of exports: what is shown as a picture, and the run as a file for other tools. */
import type { RunRecord } from '@dragon/inspection';
import { plainText } from '@dragon/report';
import { useSignal } from '@preact/signals';
import { shownCards } from './cards.ts';
import { copyText } from './copy-link.ts';
import type { PageState, WithState } from './page-state.ts';
import type { Picture } from './pictures.ts';
import { mermaidText, perfettoFile } from './run-files.ts';
import { pngOf, saveFile } from './save-file.ts';
import { SheetFrame } from './sheet.tsx';
import { shownTheme } from './theme-switch.ts';
import { shownWindow } from './timeline-window.ts';

const PICTURES: Readonly<Record<Picture, string>> = {
  waits: 'Who waits for whom',
  chart: 'The chart',
  timeline: 'The timeline',
};

interface ExportProps extends WithState {
  readonly record: RunRecord;
  readonly close: () => void;
}

export function ExportSheet({ state, record, close }: ExportProps) {
  const trouble = useSignal('');
  const attempt = (act: () => Promise<void> | void) => async (): Promise<void> => {
    try {
      trouble.value = '';
      await act();
    } catch (error) {
      trouble.value = `It was not saved: ${error instanceof Error ? error.message : String(error)}.`;
    }
  };
  const name = fileName(state, record);
  const agents = sequenceAgents(state);
  return (
    <SheetFrame title="Export" close={close}>
      <dl class="exports">
        {[...state.pictures.entries()].map(([picture, draw]) => (
          <div key={picture}>
            <dt>{PICTURES[picture]}</dt>
            <dd>
              <Action
                name="SVG"
                act={attempt(() =>
                  saveFile(`${name}-${picture}.svg`, new Blob([draw(shownTheme())], { type: 'image/svg+xml' })),
                )}
              />
              <Action
                name="PNG"
                act={attempt(async () => saveFile(`${name}-${picture}.png`, await pngOf(draw(shownTheme()))))}
              />
            </dd>
          </div>
        ))}
        <div>
          <dt>
            The run, for <b>ui.perfetto.dev</b>
          </dt>
          <dd>
            <Action name="Perfetto" act={attempt(() => saveFile(`${name}.pftrace`, perfettoFile(record)))} />
          </dd>
        </div>
        {agents.length > 0 && (
          <div>
            <dt>A sequence diagram of {plainText(agentNames(state, agents))}, in the part that the timeline shows</dt>
            <dd>
              <Action
                name="Mermaid"
                act={attempt(() => copyText(state, mermaidText(record, agents, shownWindow(state)), 'the diagram'))}
              />
            </dd>
          </div>
        )}
      </dl>
      {trouble.value !== '' && <p role="alert">{trouble.value}</p>}
    </SheetFrame>
  );
}

function Action({ name, act }: { readonly name: string; readonly act: () => Promise<void> }) {
  return (
    <button type="button" class="action" onClick={() => void act()}>
      {name}
    </button>
  );
}

/** Those with cards, and whoever is selected or pinned. */
function sequenceAgents(state: PageState): readonly string[] {
  const selected = state.selection.value;
  return [...new Set([...(selected === undefined ? [] : [selected]), ...shownCards(state), ...state.pins.value])];
}

const agentNames = (state: PageState, agents: readonly string[]) =>
  agents.map((agent, i) => ({ text: `${i === 0 ? '' : ', '}${state.names.value?.tasks.name(agent) ?? agent}` }));

/** As in `seed-deadlock-13338bcdeefc72f0`. */
function fileName(state: PageState, record: RunRecord): string {
  const scenario = record.command['scenario'];
  const run = typeof scenario === 'string' ? scenario : 'run';
  return `${run}-${record.end?.digest ?? Math.round(state.t.value)}`;
}
