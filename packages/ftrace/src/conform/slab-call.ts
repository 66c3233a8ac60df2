/** Numbers of a shrinker's events, as kernels of all ages print them: what a form lacks is NaN. */
import { numberOf, type RecordedEvent, textOf } from '../kernel-event.ts';
import type { SlabCall } from './slab-kernel.ts';
import type { KnownShrinker } from './shrinker-table.ts';

type SlabEvent = RecordedEvent<'mm_shrink_slab_start' | 'mm_shrink_slab_end'>;

/** Returns what a call starts from. */
export function callOf(event: RecordedEvent<'mm_shrink_slab_start'>): SlabCall {
  return {
    freeable: numberOf(event, 'cacheItems'),
    nrDeferred: numberOf(event, 'nrObjectsToShrink'),
    priority: numberOf(event, 'priority'),
    pgsScanned: numberOf(event, 'pgsScanned'),
    lruPgs: numberOf(event, 'lruPgs'),
  };
}

/**
 * Returns the name of the deferred count that a call takes and adds to. A shrinker that knows no nodes has one,
 * whichever node it is called for; one that knows memory cgroups has one for each, if the kernel counts so and says
 * which.
 */
export function countKeyOf(event: SlabEvent, info: KnownShrinker, perGroup: boolean): string {
  const node = info.perNode ? numberOf(event, 'nid') : 0;
  const group = perGroup && info.perGroup ? numberOf(event, 'memcgId') : 0;
  return `${textOf(event, 'shr')} ${Number.isNaN(node) ? 0 : node} ${Number.isNaN(group) ? '' : group}`;
}
