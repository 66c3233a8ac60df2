/**
 * Findings of a recorded run, found again in what its trace says of waits and locks. A kill of the OOM killer is not
 * among them: that is a tracepoint, and a trace has none.
 */
import { type Plan, RunEnd, type VirtualTime } from '@dragon/engine';
import { findingStories, kernelFinders, reportNames, type Story, type TracePiece } from '@dragon/report';

export class TraceStories {
  readonly #plan: Plan;
  readonly #kernel = kernelFinders();
  readonly #end: RunEnd;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#end = new RunEnd(plan, this.#kernel.finders);
  }

  /** Takes the next piece of the trace. */
  take({ facts }: TracePiece): void {
    for (const change of facts) this.#end.add(change);
    // The instant of the last may go on in the next piece.
    this.#end.settle(facts.at(-1)?.at ?? 0);
  }

  /** To be called after the last piece: returns what was found. */
  finish(endedAt: VirtualTime): Story[] {
    this.#end.finish();
    const found = { graph: this.#kernel.graph, result: { endedAt, findings: this.#end.findings } };
    return findingStories(found, reportNames(this.#plan)).filter((story) => story !== undefined);
  }
}
