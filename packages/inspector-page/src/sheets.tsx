/** The sheets of the page: keys, going to a time, search, and how a deadlock came about. */
import { formatSeconds, type VirtualTime } from '@dragon/engine';
import { type SearchHit, searchRecord, typedInstant } from '@dragon/inspection';
import { plainText, thousands } from '@dragon/report';
import { batch } from '@preact/signals';
import { useState } from 'preact/hooks';
import { EndSheet } from './end-sheet.tsx';
import { FaultSheet, FaultsSheet } from './fault-sheet.tsx';
import { ExportSheet } from './export-sheet.tsx';
import { PAGE_KEYS } from './keys.ts';
import type { PageState, WithState } from './page-state.ts';
import { SheetFrame } from './sheet.tsx';
import { shownTour, showStop } from './tour-stops.ts';
import type { WithRecord } from './with-record.ts';

export function Sheets({ state }: WithState) {
  const close = (): void => void (state.sheet.value = undefined);
  const record = state.record.value;
  const sheet = state.sheet.value;
  switch (sheet) {
    case 'export':
      return record === undefined ? null : <ExportSheet state={state} record={record} close={close} />;
    case 'keys':
      return <KeysSheet close={close} />;
    case 'time':
      return <TimeSheet state={state} close={close} />;
    case 'search':
      return record === undefined ? null : <SearchSheet state={state} record={record} close={close} />;
    case 'story':
      return record === undefined ? null : <StorySheet state={state} record={record} close={close} />;
    case 'end':
      return record === undefined ? null : <EndSheet state={state} record={record} close={close} />;
    case 'faults':
      return <FaultsSheet state={state} close={close} />;
    case undefined:
      return null;
    default:
      return record === undefined ? null : <FaultSheet state={state} record={record} wanted={sheet} close={close} />;
  }
}

interface Closable {
  readonly close: () => void;
}

const KEY_NAMES: Readonly<Record<string, string>> = { ' ': 'space', Escape: 'esc' };

function KeysSheet({ close }: Closable) {
  return (
    <SheetFrame title="Keys" close={close}>
      <dl class="key-list">
        {PAGE_KEYS.map(({ key, about }) => (
          <div key={key}>
            <dt>
              <kbd>{KEY_NAMES[key] ?? key}</kbd>
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>tab</kbd>
          </dt>
          <dd>panel by panel; arrows inside</dd>
        </div>
      </dl>
    </SheetFrame>
  );
}

function TimeSheet({ state, close }: WithState & Closable) {
  const [isWrong, setWrong] = useState(false);
  const go = (text: string): void => {
    const at = typedInstant(text);
    setWrong(at === undefined);
    if (at === undefined) return;
    state.seek(at);
    close();
  };
  return (
    <SheetFrame title="Go to a time" close={close}>
      <input
        class="field"
        aria-label="Time, in seconds or with a unit; h: how it came about"
        placeholder={formatSeconds(state.t.value)}
        autofocus
        onInput={({ currentTarget }) => {
          if (currentTarget.value === 'h') state.sheet.value = 'story';
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.currentTarget.value);
        }}
      />
      <p>
        {isWrong ? 'That is no time: give seconds, as 2.220882, or a unit, as 474.7ms.' : 'Seconds, or with a unit.'}{' '}
        <kbd>h</kbd> how it came about
      </p>
    </SheetFrame>
  );
}

function SearchSheet({ state, record, close }: WithRecord & Closable) {
  const names = state.names.value;
  const hits = names === undefined ? [] : searchRecord(record, names.tasks, state.query.value, state.t.value);
  const take = (hit: SearchHit): void => {
    takeHit(state, hit);
    if (hit.kind === 'agent') close();
  };
  const [first] = hits;
  return (
    <SheetFrame title="Search" close={close}>
      <input
        class="field"
        aria-label="A part of the name of a state, a message or an agent"
        placeholder="waitingForAgi, workFlushed, kswapd"
        autofocus
        value={state.query.value}
        onInput={({ currentTarget }) => (state.query.value = currentTarget.value)}
        onKeyDown={({ key }) => {
          if (key === 'Enter' && first !== undefined) take(first);
        }}
      />
      <ul class="hits" aria-label="Found">
        {hits.map((hit) => (
          <li key={`${hit.kind} ${hit.text} ${hit.kind === 'agent' ? hit.agent : ''}`}>
            <button type="button" data-first={hit === first} onClick={() => take(hit)}>
              <span class="sort">{hit.kind}</span>
              <span>{hit.text}</span>
              <span class="when">{hit.kind === 'agent' ? hit.agent : whenText(hit)}</span>
            </button>
          </li>
        ))}
      </ul>
      {state.query.value !== '' && hits.length === 0 && <p>Nothing in this run has that in its name.</p>}
    </SheetFrame>
  );
}

function whenText({ count, next }: Exclude<SearchHit, { readonly kind: 'agent' }>): string {
  const times = `${thousands(count)} ×`;
  return next === undefined ? `${times}, none later` : `${times}, next ${formatSeconds(next.at)} s`;
}

function takeHit(state: PageState, hit: SearchHit): void {
  batch(() => {
    if (hit.kind === 'agent') state.selection.value = hit.agent;
    else if (hit.next !== undefined) {
      state.selection.value = hit.next.agent;
      state.seek(hit.next.at);
    }
  });
}

function StorySheet({ state, record, close }: WithRecord & Closable) {
  const t = state.t.value;
  const { steps = [] } = record;
  const isFound = record.stories.some(({ kind }) => kind === 'deadlock');
  const tour = shownTour(state);
  const last = steps.findLast(({ at }) => at <= t);
  const go = (at: VirtualTime, agent: string | undefined): void =>
    batch(() => {
      state.seek(at);
      if (agent !== undefined) state.selection.value = agent;
    });
  return (
    <SheetFrame title="How it came about" close={close}>
      {!isFound && <p>There is no deadlock in this run, as far as it is known.</p>}
      {isFound && steps.length === 0 && <p>This recording does not say how it came about.</p>}
      <ol class="hits">
        {steps.map((step, i) => (
          <li key={i}>
            <button type="button" aria-current={step === last} onClick={() => go(step.at, step.agent)}>
              <span class="when">{formatSeconds(step.at).slice(0, -3)} s</span>
              <span>{plainText(step.sentence)}</span>
            </button>
          </li>
        ))}
      </ol>
      {tour !== undefined && (
        <div class="end">
          <button
            type="button"
            class="action"
            onClick={() => {
              close();
              showStop(state, tour, 0);
            }}
          >
            Show it on the page, in {tour.stops.length} steps
          </button>
        </div>
      )}
    </SheetFrame>
  );
}
