/** Announcer of waits: one line for whoever hears the page, as the cursor comes to where a wait began. */
import type { VirtualTime } from '@dragon/engine';
import { agentLine, firstAfter, type RunRecord } from '@dragon/inspection';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { PageState, WithState } from './page-state.ts';

/** Milliseconds between two lines. */
const PERIOD = 2_000;
/** Virtual seconds a second: what goes faster than that nobody can follow by ear. */
const FASTEST = 0.01;

export function WaitAnnouncer({ state }: WithState) {
  const said = useSignal('');
  const newest = useRef<object | undefined>(undefined);
  const saidAt = useRef(Number.NEGATIVE_INFINITY);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const say = (): void => {
    timer.current = undefined;
    const line = lineAt(state);
    if (line === undefined) return;
    saidAt.current = performance.now();
    said.value = line;
  };
  useSignalEffect(() => {
    void state.revision.value;
    const record = state.record.value;
    const wait = record && newestWait(record, state.t.value);
    if (wait === newest.current) return;
    newest.current = wait;
    if (wait === undefined || !isFollowed(state)) return;
    timer.current ??= setTimeout(say, Math.max(0, saidAt.current + PERIOD - performance.now()));
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <p class="announcer" aria-live="polite">
      {said.value}
    </p>
  );
}

/** Whether the cursor goes step by step, or slowly. */
function isFollowed(state: PageState): boolean {
  if (state.cursor.value !== 'edge') return !state.playing.value || state.speed.value <= FASTEST;
  const pace = state.feed.value?.pace.value;
  if (pace === undefined || state.mode.value === 'ended') return false;
  return pace.paused || (typeof pace.speed === 'number' && pace.speed <= FASTEST);
}

/** Returns what the wait is that began last, if it still lasts. */
function lineAt(state: PageState): string | undefined {
  const [record, names, t] = [state.record.value, state.names.value, state.t.value];
  const wait = record && newestWait(record, t);
  if (record === undefined || names === undefined || wait === undefined || wait.to <= t || !isFollowed(state))
    return undefined;
  return agentLine(record, wait.agent, t, names);
}

function newestWait({ waits }: RunRecord, t: VirtualTime) {
  const { began } = waits.intervals;
  return began[firstAfter(began, t) - 1];
}
