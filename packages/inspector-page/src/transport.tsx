/** The transport: one event back, play or stop, one event on, to the end; and how fast it plays. */
import { nextEvent, previousEvent } from '@dragon/inspection';
import { BarIcon } from './bar-icon.tsx';
import { feedAtEdge, playOrPause } from './play-or-pause.ts';
import type { WithState } from './page-state.ts';

/** Virtual seconds a second. */
const SPEEDS = [
  [0.001, '1/1000'],
  [0.01, '1/100'],
  [0.1, '1/10'],
  [1, '1'],
  [10, '10'],
  [Number.POSITIVE_INFINITY, 'unlimited'],
] as const;

export function Transport({ state }: WithState) {
  const isOff = state.record.value === undefined;
  // At the edge of a run that is watched it is the run that plays and stops, if this page may ask for it.
  const feed = feedAtEdge(state);
  const isPlaying = feed === undefined ? state.playing.value : feed.pace.value?.paused === false;
  const play = (): void => playOrPause(state);
  const stepOn = (): void => {
    if (feed?.can('step') === true) feed.send({ type: 'step', events: 1 });
    else state.step(nextEvent);
  };
  const setSpeed = (speed: number): void => {
    state.speed.value = speed;
    if (feed?.can('speed') === true) feed.send({ type: 'speed', speed: Number.isFinite(speed) ? speed : 'unlimited' });
  };
  const without = feed?.hello.value?.without ?? 'This page may only watch.';
  const why = feed !== undefined && !feed.can('pause') ? without : undefined;
  return (
    <div class="transport" role="group" aria-label="Time">
      <button type="button" title="An event back ," disabled={isOff} onClick={() => state.step(previousEvent)}>
        <BarIcon of="back" />
      </button>
      <button
        type="button"
        class="main"
        title={why ?? (isPlaying ? 'Pause (space)' : 'Play (space)')}
        disabled={isOff || why !== undefined}
        onClick={play}
      >
        <BarIcon of={isPlaying ? 'pause' : 'play'} />
      </button>
      <button type="button" title="An event on ." disabled={isOff} onClick={stepOn}>
        <BarIcon of="on" />
      </button>
      <button type="button" title="To the end (End)" disabled={isOff} onClick={() => state.seek('edge')}>
        <BarIcon of="end" />
      </button>
      <select
        aria-label="Speed: virtual seconds a second"
        title="Virtual seconds a second"
        value={String(state.speed.value)}
        onChange={({ currentTarget }) => setSpeed(Number(currentTarget.value))}
      >
        {SPEEDS.map(([speed, text]) => (
          <option key={text} value={String(speed)}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
