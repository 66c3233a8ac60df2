/** The top bar: the run, the transport, the clock, where the cursor stands, and the verdict while nothing is found. */
import { formatDuration, formatSeconds } from '@dragon/engine';
import { type RecordEnd, type RunRecord, runChips, storyAt } from '@dragon/inspection';
import { BarIcon, BrandIcon } from './bar-icon.tsx';
import type { ExpectedEnd } from './boot.ts';
import { endDifference } from './end-difference.ts';
import type { Mode, WithState } from './page-state.ts';
import { switchTheme } from './theme-switch.ts';
import { Transport } from './transport.tsx';

export function TopBar({ state }: WithState) {
  void state.revision.value;
  const record = state.record.value;
  return (
    <header class="bar">
      {record !== undefined && (
        <button
          type="button"
          class="icon-button drawer-switch"
          title="Agents, legend and faults (A)"
          aria-expanded={state.drawer.value}
          onClick={() => (state.drawer.value = !state.drawer.value)}
        >
          <BarIcon of="menu" />
        </button>
      )}
      <BrandIcon />
      <h1>{record === undefined ? 'sleeping-dragon' : runChips(record).name}</h1>
      {record !== undefined && <Chips state={state} record={record} />}
      <ForkCrumb state={state} />
      <span class="grow" />
      {record !== undefined && <Transport state={state} />}
      {record !== undefined && <Clock state={state} />}
      <ModePill state={state} />
      <Verdict state={state} />
      <button type="button" class="icon-button" title="Dark or light" onClick={switchTheme}>
        <BarIcon of="theme" />
      </button>
    </header>
  );
}

interface ChipsProps extends WithState {
  readonly record: RunRecord;
}

function Chips({ state, record }: ChipsProps) {
  void state.revision.value;
  // A fork ends as it likes.
  const expected = state.isSwapped.value ? undefined : state.expected.value;
  const { profile, changes, set, seed, cpus } = runChips(record);
  const [first, ...others] = set;
  return (
    <ul class="chips" aria-label="Settings of the run">
      {profile !== undefined && <li>{profile}</li>}
      {changes.map((change) => (
        <li key={change} class="changed">
          {change}
        </li>
      ))}
      {seed !== undefined && (
        <li>
          seed <b>{seed}</b>
        </li>
      )}
      {cpus !== undefined && (
        <li>
          <b>{cpus}</b> {cpus === 1 ? 'CPU' : 'CPUs'}
        </li>
      )}
      {first !== undefined && (
        <li class="changed" title={set.join(', ')}>
          {first}
          {others.length > 0 && ` and ${others.length} more`}
        </li>
      )}
      {record.end !== undefined && <Digest end={record.end} expected={expected} />}
    </ul>
  );
}

function Digest({ end, expected }: { readonly end: RecordEnd; readonly expected: ExpectedEnd | undefined }) {
  if (expected === undefined)
    return (
      <li class="digest" title="Digest: the same for the same run, wherever it is made">
        {end.digest}
      </li>
    );
  const isSame = endDifference(end, expected) === undefined;
  return (
    <li class="digest" data-checked={isSame} title={isSame ? SAME_END : OTHER_END}>
      {end.digest}
      {isSame && <BarIcon of="check" />}
    </li>
  );
}

const SAME_END = 'Digest: this page made the run again, and it is the same';
const OTHER_END = 'Digest: this page made the run again, and it is another one';

/** The original of a fork is one click away, and the fork from there. */
function ForkCrumb({ state }: WithState) {
  const fork = state.fork.value;
  if (fork === undefined || state.other.value === undefined) return null;
  return (
    <ul class="chips" aria-label="Fork">
      <li class="crumb">
        {state.isSwapped.value ? (
          <>
            <button type="button" onClick={() => state.showRun('main')}>
              original
            </button>
            › {fork}
          </>
        ) : (
          <>
            original ›
            <button type="button" onClick={() => state.showRun('other')}>
              {fork}
            </button>
          </>
        )}
      </li>
    </ul>
  );
}

/** Microseconds: what is shorter moves too fast to be read here, and is on the timeline. */
function Clock({ state }: WithState) {
  const [seconds = '0', fraction = ''] = formatSeconds(state.t.value).split('.');
  return (
    <output class="clock" aria-label="Virtual time">
      {seconds}.{fraction.slice(0, 3)}
      <i>{fraction.slice(3, 6)}</i>
      <small>s</small>
    </output>
  );
}

const MODES: Readonly<Record<Mode, string>> = {
  live: 'LIVE',
  past: 'PAST',
  'not-yet': 'NOT YET',
  paused: 'PAUSED',
  ended: 'ENDED',
  lost: 'LOST',
  cut: 'CUT',
};

const MODE_TITLES: Readonly<Record<Mode, string>> = {
  live: 'Everything shows the run as it is now',
  past: 'Everything shows an instant that is over. Click: to the last one that is known (End)',
  'not-yet': 'Everything shows how far the run has come. Click: stay with it (End)',
  paused: 'The run stands still',
  ended: 'How it ended, and what one may try',
  lost: 'Nobody says any more how the run goes on',
  cut: 'The trace was read as far as this, and no further',
};

function ModePill({ state }: WithState) {
  void state.revision.value;
  const mode = state.mode.value;
  const edge = state.record.value?.edge ?? 0;
  if (state.record.value === undefined) return null;
  return (
    <button
      type="button"
      class="mode"
      data-mode={mode}
      title={MODE_TITLES[mode]}
      onClick={() => (mode === 'ended' ? (state.sheet.value = 'end') : state.seek('edge'))}
    >
      {MODES[mode]}
      {mode === 'lost' && <LostWords state={state} />}
      {mode === 'live' && <LagWords state={state} />}
      {mode === 'past' && (
        <span>
          {formatDuration(state.t.value)} of {formatDuration(edge)}
        </span>
      )}
      {mode === 'not-yet' && (
        <span>
          {formatDuration(edge)} of {formatDuration(Number(state.cursor.value))}
        </span>
      )}
      {mode === 'past' && (
        <span class="mode-back">
          {state.record.value.end === undefined ? 'back to live' : 'to the end'}
          <BarIcon of="end" />
        </span>
      )}
    </button>
  );
}

/** A slow page says how much it leaves out. */
function LagWords({ state }: WithState) {
  const lag = state.feed.value?.lag.value;
  if (lag === undefined) return null;
  return (
    <span>
      showing {lag.shown} of {lag.told} updates a second
    </span>
  );
}

function LostWords({ state }: WithState) {
  const status = state.feed.value?.status.value;
  if (status?.kind !== 'lost') return null;
  const seconds = Math.max(1, Math.round((status.retryAt - performance.now()) / 1_000));
  return <span title={status.why}>{Number.isFinite(seconds) && `retrying in ${seconds} s`}</span>;
}

/** With a finding it stands in the strip. */
function Verdict({ state }: WithState) {
  void state.revision.value;
  const record = state.record.value;
  if (record === undefined || storyAt(record, state.t.value) !== undefined) return null;
  const isOver = record.end !== undefined && state.cursor.value === 'edge';
  return (
    <button type="button" class="verdict" title="The end of the run" onClick={() => (state.sheet.value = 'end')}>
      {isOver ? record.end?.outcome : 'running'}
    </button>
  );
}
