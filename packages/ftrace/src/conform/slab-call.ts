/** Numbers of a shrinker's events, as kernels of all ages print them: what a form lacks is NaN. */
import { type KernelFields, type RecordedEvent, textOf } from '../kernel-event.ts';
import type { SlabCall } from './slab-kernel.ts';
import type { KnownShrinker } from './shrinker-table.ts';

export type SlabEvent = RecordedEvent<'mm_shrink_slab_start' | 'mm_shrink_slab_end'>;

/** Returns the field, NaN if this kernel prints none of that name. */
export function fieldOf(event: SlabEvent, field: string): number {
  const value = (event.fields as KernelFields)[field];
  return typeof value === 'number' ? value : Number.NaN;
}

/** Returns what a call starts from. */
export function callOf(event: RecordedEvent<'mm_shrink_slab_start'>): SlabCall {
  return {
    freeable: fieldOf(event, 'cacheItems'),
    nrDeferred: fieldOf(event, 'nrObjectsToShrink'),
    priority: fieldOf(event, 'priority'),
    pgsScanned: fieldOf(event, 'pgsScanned'),
    lruPgs: fieldOf(event, 'lruPgs'),
  };
}

/**
 * Returns the name of the deferred count that a call takes and adds to. A shrinker that knows no nodes has one,
 * whichever node it is called for; one that knows memory cgroups has one for each, if the kernel counts so and says
 * which.
 */
export function countKeyOf(event: SlabEvent, info: KnownShrinker, perGroup: boolean): string {
  const node = info.perNode ? fieldOf(event, 'nid') : 0;
  const group = perGroup && info.perGroup ? fieldOf(event, 'memcgId') : 0;
  return `${textOf(event, 'shr')} ${Number.isNaN(node) ? 0 : node} ${Number.isNaN(group) ? '' : group}`;
}
