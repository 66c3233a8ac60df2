/**
 * The slabs of what transactions hold for the log (SUnreclaim of /proc/meminfo, as far as it is modelled): pages, and
 * the bytes of the objects on them. Linux 6.1 mm/slub.c. One kind of slab stands for kmalloc-1k, kmalloc-64 and
 * xfs_efi_item. New objects fill gaps first, as a slab that has room is on a list of its cache's. Objects that are
 * freed together are taken to be neighbours: with them goes their share of the pages, gaps included, which is exact
 * once all are gone and estimated before.
 */

export type LogItemSlabs = { readonly pages: number; readonly bytes: number };

const PAGE_SIZE = 4096;

/** Returns slabs without gaps. */
export function logItemsOf(bytes: number): LogItemSlabs {
  return { pages: Math.ceil(bytes / PAGE_SIZE), bytes };
}

/** Returns how many pages of objects the gaps have room for. */
export function gapPages({ pages, bytes }: LogItemSlabs): number {
  return Math.floor((pages * PAGE_SIZE - bytes) / PAGE_SIZE);
}

/** Returns the slabs with so many pages of objects more. */
export function itemsAllocated(slabs: LogItemSlabs, pages: number): LogItemSlabs {
  return { pages: slabs.pages + Math.max(0, pages - gapPages(slabs)), bytes: slabs.bytes + pages * PAGE_SIZE };
}

/** Returns the slabs without so many bytes of objects; `scattered` ones leave gaps. */
export function itemsFreed({ pages, bytes }: LogItemSlabs, freed: number, scattered: boolean): LogItemSlabs {
  if (freed > bytes) throw new Error(`${freed} bytes of log items are freed, and there are ${bytes}`);
  return { pages: scattered ? pages : Math.ceil((pages * (bytes - freed)) / bytes), bytes: bytes - freed };
}
