/**
 * The bar of the tour: how a deadlock came to be, stop by stop. It is the past that is played, so anything else may be
 * clicked meanwhile. It is offered once, where the seed's deadlock has been seen.
 */
import type { DeadlockTour } from '@dragon/inspection';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { WithState } from './page-state.ts';
import { markOffered, wasOffered } from './tour-offer.ts';
import { shownTour, showStop } from './tour-stops.ts';
import { Words } from './words.tsx';

/** How many stops there are where the tour is offered; elsewhere a ring may have more, or nothing to cure it. */
const STOPS = 6;

interface WithTour extends WithState {
  readonly tour: DeadlockTour;
}

export function TourBar({ state }: WithState) {
  void state.revision.value;
  const record = state.record.value;
  const tour = useMemo(
    () => shownTour(state),
    [record, record?.findings.length, state.offers.value, state.names.value, state.isSwapped.value],
  );
  const isWanted = useRef(new URL(location.href).searchParams.get('tour') === '1');
  useEffect(() => {
    if (tour === undefined || !isWanted.current) return;
    isWanted.current = false;
    showStop(state, tour, 0);
  }, [tour]);
  if (tour === undefined || record === undefined) return null;
  const at = state.tour.value;
  if (at !== undefined) return <Stop state={state} tour={tour} at={at} />;
  const isSeed = record.command['scenario'] === 'seed-deadlock' && tour.stops.length === STOPS;
  return isSeed && record.end !== undefined && !state.present.value ? <Offer state={state} tour={tour} /> : null;
}

function Offer({ state, tour }: WithTour) {
  const [isOpen, setOpen] = useState(() => !wasOffered());
  useEffect(markOffered, []);
  if (!isOpen) return null;
  return (
    <section class="tour" aria-label="Tour">
      <button type="button" class="action main" onClick={() => showStop(state, tour, 0)}>
        Show me how it came to that, in six steps
      </button>
      <span class="told" />
      <button type="button" class="action" onClick={() => setOpen(false)}>
        Close
      </button>
    </section>
  );
}

function Stop({ state, tour, at }: WithTour & { readonly at: number }) {
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => next.current?.focus(), []);
  const stop = tour.stops[at];
  if (stop === undefined) return null;
  const isLast = at === tour.stops.length - 1;
  const close = (): void => void (state.tour.value = undefined);
  return (
    <section class="tour" aria-label="Tour">
      <span class="step">
        Step {at + 1} of {tour.stops.length}
      </span>
      <p class="told" aria-live="polite">
        <Words sentence={stop.sentence} state={state} />
      </p>
      <button type="button" class="action" disabled={at === 0} onClick={() => showStop(state, tour, at - 1)}>
        Back
      </button>
      <button
        type="button"
        class="action main"
        ref={next}
        onClick={() => (isLast ? close() : showStop(state, tour, at + 1))}
      >
        {isLast ? 'Close' : 'Next'}
      </button>
      {!isLast && (
        <button type="button" class="action" onClick={close}>
          Close
        </button>
      )}
    </section>
  );
}
