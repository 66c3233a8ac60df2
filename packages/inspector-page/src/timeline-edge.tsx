/** The upper edge of the timeline: dragging it, or arrow keys on it, make the timeline higher or lower. */
import { useSignal } from '@preact/signals';

/** Pixels. */
const USUAL = 272;
const LOWEST = 100;
const STEP = 24;
/** A part of the page's height. */
const HIGHEST = 0.7;

export function TimelineEdge() {
  const height = useSignal(USUAL);
  const set = (wanted: number): void => {
    height.value = Math.round(Math.max(LOWEST, Math.min(wanted, window.innerHeight * HIGHEST)));
    document.documentElement.style.setProperty('--timeline', `${height.value}px`);
  };
  const heightOf = (element: HTMLElement): number => element.parentElement?.offsetHeight ?? LOWEST;
  const onPointerDown = ({ currentTarget, pointerId, clientY }: PointerEvent): void => {
    if (!(currentTarget instanceof HTMLElement)) return;
    const start = heightOf(currentTarget);
    const over = new AbortController();
    currentTarget.setPointerCapture(pointerId);
    const { signal } = over;
    currentTarget.addEventListener('pointermove', (event) => set(start + clientY - event.clientY), { signal });
    for (const end of ['pointerup', 'pointercancel'])
      currentTarget.addEventListener(end, () => over.abort(), { signal });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.currentTarget instanceof HTMLElement)) return;
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    set(heightOf(event.currentTarget) + (event.key === 'ArrowUp' ? STEP : -STEP));
  };
  return (
    <div
      class="timeline-edge"
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the timeline"
      aria-valuenow={height.value}
      aria-valuemin={LOWEST}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
