/**
 * What a worker has allocated for the log and not used yet, as the slabs of its CPU: an inode is inactivated from it,
 * and only one in several needs a page. It allocates inside the transaction, with inode lock and freeze protection
 * held, and never does without (__GFP_NOFAIL). Linux 6.1 fs/xfs/xfs_trans.c xfs_trans_ijoin, fs/xfs/xfs_log_cil.c
 * xlog_cil_alloc_shadow_bufs. Here all comes before the first AG header is locked; in the kernel the second of the log
 * vectors comes after. A worker of the first 6.1 (worker-context=gfp-kernel) allocates before it joins the transaction,
 * as it does with its xfs_trans.
 */
import {
  type AllocContext,
  allocationForgotten,
  INODE_ITEMS_PER_PAGE,
  LOG_ITEM_BYTES,
  logItemSlabPages,
  requestPages,
  transactionJoined,
} from '@dragon/kernel';

export type LogItemStock = {
  /** A slab of log items, in pages. */
  readonly slabPages: number;
  /** Bytes for log items, and objects of xfs_ili. */
  readonly bytes: number;
  readonly inodeItems: number;
  /** Inactivated inodes that the cache has not been told of, and pages of xfs_ili that it has not. */
  readonly logged: number;
  readonly itemPages: number;
};

const PAGE_SIZE = 4096;

/** Returns the stock of one of `cpus` CPUs that is enough for so many inodes. */
export function stockFor(inodes: number, cpus: number): LogItemStock {
  const bytes = inodes * LOG_ITEM_BYTES;
  return { slabPages: logItemSlabPages(cpus), bytes, inodeItems: inodes, logged: 0, itemPages: 0 };
}

type StockContext = AllocContext & { readonly stock: LogItemStock };
type Change = Partial<StockContext>;

const lacksBytes = ({ bytes }: LogItemStock): boolean => bytes < LOG_ITEM_BYTES;

/** Whether there is not enough for one inode. */
export function lacksLogItems({ stock }: StockContext): boolean {
  return lacksBytes(stock) || stock.inodeItems === 0;
}

/** Joins the transaction, unless the first thing that it allocates is the transaction itself. */
export function joinedFirst(context: StockContext): Change {
  return context.gfpFs ? {} : transactionJoined(context);
}

export function logItemsRequested({ stock }: StockContext): Change {
  const request = lacksBytes(stock)
    ? ({ pages: stock.slabPages, use: 'log-items', retry: 'no-fail' } as const)
    : ({ pages: 1, use: 'slab', retry: 'no-fail' } as const);
  return { caller: 'inodegcAllocation', ...requestPages(request) };
}

export function logItemsTaken({ stock, alloc }: StockContext): Change {
  const pages = alloc.granted;
  const more = lacksBytes(stock)
    ? { bytes: stock.bytes + pages * PAGE_SIZE }
    : { inodeItems: INODE_ITEMS_PER_PAGE, itemPages: stock.itemPages + pages };
  return { caller: 'inodegcWorker', stock: { ...stock, ...more }, ...allocationForgotten() };
}

/** The inode at hand has been logged. */
export function logItemsUsed({ slabPages, bytes, inodeItems, logged, itemPages }: LogItemStock): LogItemStock {
  return {
    slabPages,
    bytes: bytes - LOG_ITEM_BYTES,
    inodeItems: inodeItems - 1,
    logged: logged + 1,
    itemPages,
  };
}

/** The cache has been told. */
export function handedOver(stock: LogItemStock): LogItemStock {
  return { ...stock, logged: 0, itemPages: 0 };
}
