/** The sheet of a fault: its numbers, when it strikes, and that it makes another run. */
import { type AgentId, formatSeconds, type VirtualTime } from '@dragon/engine';
import { type RunRecord, runChips } from '@dragon/inspection';
import {
  admitting,
  completedFault,
  type Fault,
  FAULT_KINDS,
  FaultError,
  type FaultKind,
  faultKindNamed,
  type FaultName,
  faultTitle,
  formatFault,
  paramsOn,
  paramText,
  PolicyError,
  readFault,
  shellWord,
} from '@dragon/kernel';
import { useState } from 'preact/hooks';
import { Command } from './command.tsx';
import { askFor } from './fault-palette.tsx';
import type { WithState } from './page-state.ts';
import { isMessage } from './send-next.ts';
import { SheetFrame } from './sheet.tsx';
import type { WantedFault } from './wanted-fault.ts';
import { whyNoFaults } from './why-no-faults.ts';
import type { WithRecord } from './with-record.ts';

/** Where a fork is kept: a process that watches the run records it, a page that is a file names its command. */
const FORK_OF_A_FEED = 'the fork is recorded and can be replayed.';
const FORK_OF_A_FILE = 'the command makes the fork again.';

interface FaultProps extends WithRecord {
  readonly wanted: WantedFault;
  readonly close: () => void;
}

export function FaultSheet({ state, record, wanted, close }: FaultProps) {
  const kind = faultKindNamed(wanted.kind);
  const fitting = fittingAgents(record, kind);
  const [agent, setAgent] = useState(
    wanted.agent ?? (kind.target?.otherwise === undefined ? fitting[0] : undefined) ?? '',
  );
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({
    at: instantText(state.t.value),
    ...(wanted.type === undefined ? {} : { type: wanted.type }),
  });
  const types = messageTypes(record, agent);
  const read = readSheet(kind, agent, { type: types[0] ?? '', ...texts });
  const inject = (): void => {
    if (read.fault !== undefined) state.forkWith([read.fault]);
  };
  const names = state.names.value?.tasks;
  const set = (name: string, text: string): void => setTexts({ ...texts, [name]: text });
  return (
    <SheetFrame title={titleOf(kind, agent)} look="you" close={close}>
      <p>
        {sentenceCase(kind.about)}. It stands for {kind.standsFor}.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          inject();
        }}
      >
        <div class="fault-fields">
          {kind.target !== null && (
            <label>
              {kind.fate === undefined ? 'on' : kind.target.param}
              <select class="field" value={agent} onChange={({ currentTarget }) => setAgent(currentTarget.value)}>
                {kind.target.otherwise !== undefined && <option value="">{kind.target.otherwise}</option>}
                {fitting.map((each) => (
                  <option key={each} value={each}>
                    {names?.name(each) ?? each}
                  </option>
                ))}
              </select>
            </label>
          )}
          {kind.params.map((param) => (
            <label key={param.name} title={param.about}>
              {param.name}
              <input
                class="field"
                value={texts[param.name] ?? (param.default === null ? '' : paramText(param, param.default))}
                placeholder={param.default !== null ? '' : param.name === 'for' ? 'for good' : 'the same'}
                onInput={({ currentTarget }) => set(param.name, currentTarget.value)}
              />
            </label>
          ))}
          {kind.names?.map((each) => (
            <label key={each.name} title={each.about}>
              {each.name}
              <select
                class="field"
                value={texts[each.name] ?? ''}
                onChange={({ currentTarget }) => set(each.name, currentTarget.value)}
              >
                <option value="">{each.otherwise}</option>
                {choicesOf(record, kind, each, agent).map((name) => (
                  <option key={name} value={name}>
                    {each.of === 'agent' ? (names?.name(name) ?? name) : name}
                  </option>
                ))}
              </select>
            </label>
          ))}
          {kind.carries !== undefined && (
            <label>
              type
              <select
                class="field"
                value={texts['type'] ?? types[0]}
                onChange={({ currentTarget }) => set('type', currentTarget.value)}
              >
                {types.map((type) => (
                  <option key={type}>{type}</option>
                ))}
              </select>
            </label>
          )}
          {kind.carries !== undefined && (
            <label title="what else the message says: name=value, parted by blanks">
              with
              <input
                class="field"
                value={texts['with'] ?? ''}
                placeholder="name=value"
                onInput={({ currentTarget }) => set('with', currentTarget.value)}
              />
            </label>
          )}
          <label>
            at
            <input class="field" value={texts['at']} onInput={({ currentTarget }) => set('at', currentTarget.value)} />
          </label>
        </div>
        <p>
          From there on this is another run: {forkWords(record, read.fault?.at ?? state.t.value)} The original stays as
          it is; {state.feed.value === undefined ? FORK_OF_A_FILE : FORK_OF_A_FEED}
        </p>
        {read.why !== undefined && <p role="alert">{read.why}</p>}
        {read.fault !== undefined && (
          <Command
            state={state}
            text={`${commandOf(state.again.value)} --fault ${shellWord(formatFault(read.fault))}`}
          />
        )}
        <div class="end">
          <button type="button" class="action" onClick={close}>
            Cancel <kbd>esc</kbd>
          </button>
          <button type="submit" class="action you" autofocus disabled={read.fault === undefined}>
            Fork and inject <kbd>enter</kbd>
          </button>
        </div>
      </form>
    </SheetFrame>
  );
}

const commandOf = (again: string | undefined): string => `npx dragon ${again ?? 'run SCENARIO'}`;

/** Returns an instant in seconds, as in `2.220882078s`, which the field reads back. */
const instantText = (t: VirtualTime): string => `${Number(formatSeconds(t))}s`;

const sentenceCase = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function forkWords(record: RunRecord, at: number): string {
  const { seed, name } = runChips(record);
  return `a fork of ${seed === undefined ? name : `seed ${seed}`} at ${formatSeconds(at).slice(0, -3)} s.`;
}

function fittingAgents({ agents }: RunRecord, kind: FaultKind): AgentId[] {
  return agents.flatMap(({ id }) => (paramsOn(kind, id) === undefined ? [] : [id]));
}

function titleOf(kind: FaultKind, agent: AgentId): string {
  const params = paramsOn(kind, agent);
  return kind.target !== null && params === undefined && kind.target.otherwise === undefined
    ? kind.label
    : faultTitle({ kind: kind.kind, params: params ?? {} });
}

/** What makes an agent ever change its state, as its chart has it. */
function causesOf(record: RunRecord, agent: AgentId): readonly string[] {
  const chart = record.chartOf(record.agents[record.placeOf(agent)]?.kind ?? '');
  return chart?.chart.nodes.flatMap(({ edges }) => edges.map(({ by }) => by)) ?? [];
}

/** The types of messages that an agent ever answers. */
const messageTypes = (record: RunRecord, agent: AgentId): string[] =>
  [...new Set(causesOf(record, agent).filter(isMessage))].sort();

/** The names of its timers. */
const timerNames = (record: RunRecord, agent: AgentId): string[] =>
  causesOf(record, agent).flatMap((cause) => (cause.startsWith(AFTER) ? [cause.slice(AFTER.length)] : []));

/** Before the name of a delay, in a cause of a transition. */
const AFTER = 'after ';

/** What may be chosen for a name: agents, or what admits the fate, of what comes to the target, and of its timers. */
function choicesOf(record: RunRecord, { fate }: FaultKind, { of }: FaultName, target: AgentId): readonly string[] {
  if (of === 'agent') return record.agents.map(({ id }) => id);
  if (fate === undefined) return [];
  const messages = admitting('messages', fate);
  if (target === '') return messages.filter((type) => record.messageTypes.includes(type));
  const types = new Set(messageTypes(record, target));
  const timers = new Set(timerNames(record, target));
  return [
    ...messages.filter((type) => types.has(type)),
    ...admitting('timers', fate).filter((name) => timers.has(name)),
  ];
}

interface ReadSheet {
  readonly fault?: Fault;
  /** What is wrong with what was typed. */
  readonly why?: string;
}

function readSheet(kind: FaultKind, agent: AgentId, texts: Readonly<Record<string, string>>): ReadSheet {
  const target = kind.target === null ? {} : (paramsOn(kind, agent) ?? {});
  const words = [
    ...Object.entries(target).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ),
    ...kind.params.flatMap(({ name }) => (texts[name] ? [`${name}=${texts[name]}`] : [])),
    ...(kind.names ?? []).flatMap(({ name }) => (texts[name] ? [`${name}=${texts[name]}`] : [])),
    ...(kind.carries === undefined ? [] : [`type=${texts['type'] ?? ''}`, texts['with'] ?? '']),
    `at=${texts['at'] ?? ''}`,
  ];
  try {
    return { fault: completedFault(readFault([kind.kind, ...words].join(' '))) };
  } catch (error) {
    if (error instanceof FaultError || error instanceof PolicyError) return { why: error.message };
    throw error;
  }
}

/** All faults, to be found by a part of their name. */
export function FaultsSheet({ state, close }: WithState & { readonly close: () => void }) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = FAULT_KINDS.filter(({ kind, group, label }) =>
    [kind, group, label].some((name) => name.toLowerCase().includes(wanted)),
  );
  const choose = (kind: string): void => askFor(state, kind, state.selection.value);
  const [first] = found;
  const whyNot = whyNoFaults(state);
  if (whyNot !== undefined)
    return (
      <SheetFrame title="Faults" look="you" close={close}>
        <p>{whyNot}</p>
      </SheetFrame>
    );
  return (
    <SheetFrame title="Faults" look="you" close={close}>
      <input
        class="field"
        aria-label="A part of the name of a fault"
        placeholder="stall"
        autofocus
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || first === undefined) return;
          event.preventDefault();
          choose(first.kind);
        }}
      />
      <ul class="hits" aria-label="Faults">
        {found.map(({ kind, about }) => (
          <li key={kind}>
            <button type="button" data-first={kind === first?.kind} onClick={() => choose(kind)}>
              <span class="sort">{kind}</span>
              <span>{sentenceCase(about)}</span>
              {kind === first?.kind && <kbd>enter</kbd>}
            </button>
          </li>
        ))}
      </ul>
    </SheetFrame>
  );
}
