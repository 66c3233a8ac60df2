/** A bar as long as a group of agents, with how many of them do what. */
import type { Look } from '@dragon/inspection';
import { thousands } from '@dragon/report';
import { LOOK_WORDS, LookIcon } from './look-icon.tsx';

/** In the order in which they are worth a look. */
const SHARES: readonly Look[] = ['find', 'wait', 'ready', 'run', 'held', 'part', 'sleep', 'exit'];

export function LookShares({ looks }: { readonly looks: readonly Look[] }) {
  const counts = new Map<Look, number>();
  for (const look of looks) counts.set(look, (counts.get(look) ?? 0) + 1);
  const shown = SHARES.filter((each) => counts.has(each));
  return (
    <div class="shares">
      <div class="shares-bar" aria-hidden="true">
        {shown.map((each) => (
          <i key={each} class={`share share-${each}`} style={{ flexGrow: counts.get(each) ?? 0 }} />
        ))}
      </div>
      <ul>
        {shown.map((each) => (
          <li key={each} title={LOOK_WORDS[each]}>
            <LookIcon look={each} />
            {thousands(counts.get(each) ?? 0)}
            <span class="unseen"> {LOOK_WORDS[each]}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
