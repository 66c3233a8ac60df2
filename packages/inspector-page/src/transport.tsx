/** The transport: one event back, play or stop, one event on, to the end; and how fast it plays. */
import { nextEvent, previousEvent } from '@dragon/inspection';
import { BarIcon } from './bar-icon.tsx';
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
  const isPlaying = state.playing.value;
  return (
    <div class="transport" role="group" aria-label="Time">
      <button type="button" title="An event back ," disabled={isOff} onClick={() => state.step(previousEvent)}>
        <BarIcon of="back" />
      </button>
      <button
        type="button"
        class="main"
        title={isPlaying ? 'Pause (space)' : 'Play (space)'}
        disabled={isOff}
        onClick={() => state.play(!isPlaying)}
      >
        <BarIcon of={isPlaying ? 'pause' : 'play'} />
      </button>
      <button type="button" title="An event on ." disabled={isOff} onClick={() => state.step(nextEvent)}>
        <BarIcon of="on" />
      </button>
      <button type="button" title="To the end (End)" disabled={isOff} onClick={() => state.seek('edge')}>
        <BarIcon of="end" />
      </button>
      <select
        aria-label="Speed: virtual seconds a second"
        title="Virtual seconds a second"
        value={String(state.speed.value)}
        onChange={({ currentTarget }) => (state.speed.value = Number(currentTarget.value))}
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
