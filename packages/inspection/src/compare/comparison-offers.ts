/** What a run may be compared with: the same run under another policy, cures first, or with another seed. */
import type { FindingKind } from '@dragon/engine';
import { policyChanges, profileNamed } from '@dragon/kernel';
import type { TraceSubject } from '@dragon/report';
import { curesOf, type RunRequest, type RunTexts } from '@dragon/scenarios';
import { askedRequest } from './asked-texts.ts';

export interface ComparisonOffer {
  readonly texts: RunTexts;
  /** What is different, as in `throttle=skip-kswapd`. */
  readonly change: string;
  /** What that means, in a few words. */
  readonly about: string;
  /** The finding that it is known to cure, whatever the seed; undefined if it is only worth a try. */
  readonly cures: FindingKind | undefined;
}

/** Findings that a policy may cure, in the order in which cures are offered. */
const CURABLE: readonly FindingKind[] = ['deadlock', 'oom'];

/** Returns what may be compared with a run that was made from settings; nothing for another. */
export function comparisonOffers(subject: Pick<TraceSubject, 'command'>): ComparisonOffer[] {
  const asked = askedRequest(subject);
  if (asked === undefined) return [];
  const { texts, request } = asked;
  const offers = new Map<string, ComparisonOffer>();
  for (const kind of CURABLE)
    for (const { policy, change, about, isKnown } of curesOf(request, kind))
      if (!offers.has(policy))
        offers.set(policy, { texts: { ...texts, policy }, change, about, cures: isKnown ? kind : undefined });
  return [...unchanged(texts, request), ...offers.values(), nextSeed(texts, request)];
}

function unchanged(texts: RunTexts, { profile, settings }: RunRequest): ComparisonOffer[] {
  if (policyChanges(settings.policy, profileNamed(profile).policy).length === 0) return [];
  return [{ texts: { ...texts, policy: '' }, change: profile, about: 'the kernel as it was', cures: undefined }];
}

function nextSeed(texts: RunTexts, { settings: { seed } }: RunRequest): ComparisonOffer {
  const next = String(seed + 1);
  return { texts: { ...texts, seed: next }, change: `seed ${next}`, about: 'other delays', cures: undefined };
}
