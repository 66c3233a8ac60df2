/** The palette of faults: what a person may put into the run, to be pressed or dragged onto whom it is to strike. */
import type { AgentId } from '@dragon/engine';
import { FAULT_KINDS, faultKindNamed, paramsOn } from '@dragon/kernel';
import type { PageState, WithState } from './page-state.ts';
import { whyNoFaults } from './why-no-faults.ts';

const DRAGGED = 'application/x-dragon-fault';

export function FaultPalette({ state }: WithState) {
  const groups = [...new Set(FAULT_KINDS.map(({ group }) => group))];
  const whyNot = whyNoFaults(state);
  return (
    <section class="faults" aria-label="Faults">
      <h2 class="faults-head">
        Faults{' '}
        <span>
          drag on anything, or <kbd>f</kbd>
        </span>
      </h2>
      {whyNot !== undefined && <p class="faults-off">{whyNot}</p>}
      <dl>
        {groups.map((group) => (
          <div key={group} class="fault-row">
            <dt>{group}</dt>
            <dd>
              {FAULT_KINDS.filter((each) => each.group === group).map(({ kind, label, about }) => (
                <button
                  key={kind}
                  type="button"
                  class="fault-chip"
                  title={whyNot ?? about}
                  aria-label={`${group}: ${label}`}
                  draggable={whyNot === undefined}
                  aria-disabled={whyNot !== undefined}
                  onClick={() => askFor(state, kind, state.selection.value)}
                  onDragStart={(event) => {
                    event.dataTransfer?.setData(DRAGGED, kind);
                    showFits(kind);
                  }}
                  onDragEnd={() => showFits(undefined)}
                >
                  {label}
                </button>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Opens the sheet of a fault, on an agent if it fits it. `type`: of the message, where it carries one. */
export function askFor(state: PageState, kind: string, agent: AgentId | undefined, type?: string): void {
  const whyNot = whyNoFaults(state);
  if (whyNot !== undefined) {
    state.said.value = whyNot;
    return;
  }
  const fits = agent !== undefined && paramsOn(faultKindNamed(kind), agent) !== undefined;
  state.sheet.value = { kind, agent: fits ? agent : undefined, type };
}

const OWNERS = '[data-agent], [data-lane]';
const ownerOf = (element: Element): AgentId => {
  const { agent, lane } = element instanceof HTMLElement ? element.dataset : {};
  return agent ?? lane ?? '';
};

/** Those it fits light up, and the others are dim, while a fault is dragged. */
function showFits(kind: string | undefined): void {
  for (const element of document.querySelectorAll<HTMLElement>(OWNERS)) {
    if (kind === undefined) delete element.dataset['fits'];
    else element.dataset['fits'] = String(paramsOn(faultKindNamed(kind), ownerOf(element)) !== undefined);
  }
}

/** A fault is dropped on whatever shows an agent. */
export function listenToFaults(state: PageState): void {
  const owner = (event: DragEvent): Element | null => {
    const isFault = event.dataTransfer?.types.includes(DRAGGED) === true;
    return isFault && event.target instanceof Element ? event.target.closest(OWNERS) : null;
  };
  addEventListener('dragover', (event) => {
    if (owner(event)?.getAttribute('data-fits') === 'true') event.preventDefault();
  });
  addEventListener('drop', (event) => {
    const element = owner(event);
    if (element === null) return;
    event.preventDefault();
    askFor(state, event.dataTransfer?.getData(DRAGGED) ?? '', ownerOf(element));
  });
}
