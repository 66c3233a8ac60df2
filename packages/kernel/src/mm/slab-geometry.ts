/**
 * How many objects stand on a slab, and of how many pages it is: mostly a matter of how many CPUs there are. Linux 6.1
 * mm/slub.c calculate_order, calc_slab_order. Leaves out the fallback to a smaller slab where no stretch of pages is
 * free.
 */
const PAGE_SIZE = 4096;

/** PAGE_ALLOC_COSTLY_ORDER. */
const SLUB_MAX_ORDER = 3;
/** A slab of which no more than one part of so many is left over will do: tried in this order. */
const LEFTOVER_FRACTIONS = [16, 8, 4] as const;

/** Of one slab. */
export type SlabGeometry = { readonly objects: number; readonly pages: number };

/** get_order: the power of two pages that hold so many bytes. */
const orderOf = (bytes: number): number => 32 - Math.clz32(Math.ceil(bytes / PAGE_SIZE) - 1);
const objectsIn = (order: number, size: number): number => Math.floor((PAGE_SIZE << order) / size);

/** Returns the slab of objects of `size` bytes on a machine of `cpus` CPUs. */
export function slabGeometry(size: number, cpus: number): SlabGeometry {
  const fls = 32 - Math.clz32(cpus);
  for (let least = Math.min(4 * (fls + 1), objectsIn(SLUB_MAX_ORDER, size)); least > 1; least -= 1)
    for (const fraction of LEFTOVER_FRACTIONS)
      for (let order = orderOf(least * size); order <= SLUB_MAX_ORDER; order += 1)
        if ((PAGE_SIZE << order) % size <= (PAGE_SIZE << order) / fraction)
          return { objects: objectsIn(order, size), pages: 1 << order };
  throw new Error(`objects of ${size} bytes fill no slab`);
}
