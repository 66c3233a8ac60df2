/**
 * Fault injection into the page allocator: what /sys/kernel/debug/fail_page_alloc has. So many percent fail of the
 * allocations of the task of the filter that come after `space` pages, each `interval`th of them; `times` in all, or
 * without end if that is -1. `noFail`: those whose requests are __GFP_NOFAIL, which are not even counted.
 */
import type { AgentId } from '@dragon/engine';

export type FaultAttr = {
  readonly probability: number;
  readonly interval: number;
  readonly times: number;
  readonly space: number;
  readonly taskFilter: AgentId | null;
  readonly noFail: readonly AgentId[];
};
