/** What the run that is shown may be compared with, each opened beside it by one click. */
import type { ComparisonOffer } from '@dragon/inspection';
import type { WithState } from './page-state.ts';

export function ComparisonOffers({ state }: WithState) {
  const offers = state.offers.value;
  const kind = state.record.value?.stories[0]?.kind;
  const cures = offers.filter((offer) => kind !== undefined && offer.cures === kind);
  const others = offers.filter((offer) => !cures.includes(offer));
  if (offers.length === 0)
    return (
      <p class="compare-note">
        Nobody knows how this run was asked for, so there is nothing to compare it with. A fork is compared with its
        original.
      </p>
    );
  return (
    <div class="offers">
      <p class="compare-note">One click makes it with the same settings but for one change, and shows both runs.</p>
      {cures.length > 0 && <Offers state={state} title="The same run, cured" offers={cures} />}
      <Offers
        state={state}
        title={cures.length > 0 ? 'And with another change' : 'The same run, with one change'}
        offers={others}
      />
    </div>
  );
}

interface OffersProps extends WithState {
  readonly title: string;
  readonly offers: readonly ComparisonOffer[];
}

function Offers({ state, title, offers }: OffersProps) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {offers.map((offer) => (
          <li key={offer.change}>
            <button type="button" onClick={() => state.compareWith({ kind: 'scenario', texts: offer.texts })}>
              <b>{offer.change}</b>
              <span>{offer.about}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
