/**
 * The finder of agents that had no answer to what rules led to: who, to which message, and what was done before to
 * messages from it and to it. It counts the verdicts of each rule, too.
 */
import {
  type AgentId,
  compareText,
  CRASH,
  type Finder,
  type Finding,
  type Json,
  type ToldVerdict,
  toldVerdict,
  type TraceHit,
  VERDICT,
  type VirtualTime,
} from '@dragon/engine';

/** Evidence of a finding. */
export type CrashEvidence = {
  readonly property: typeof ANSWERED;
  readonly agent: AgentId;
  readonly message: string;
  readonly from: AgentId;
  /** What its chart said. */
  readonly why: string;
  /** The last that concern the agent, the latest first. */
  readonly verdicts: readonly ToldVerdict[];
  /** How many more there were. */
  readonly more: number;
};

/** The property that a crash breaks. */
export const ANSWERED = 'every message finds an answer';

const MOST_TOLD = 4;
const MOST_KEPT = 64;

/** What was told of an agent so far: those verdicts that may yet be told, and how many there were. */
interface Concerning {
  verdicts: ToldVerdict[];
  count: number;
}

export class ChaosFinder implements Finder {
  readonly ends = true;
  readonly tracepoints = [VERDICT, CRASH];
  readonly #counts = new Map<string, number>();
  readonly #concerning = new Map<AgentId, Concerning>();
  #crashes: TraceHit[] = [];

  /** Returns how many messages and timers a rule struck so far. */
  verdictsOf(rule: string): number {
    return this.#counts.get(rule) ?? 0;
  }

  hit(hit: TraceHit): void {
    if (hit.event === CRASH) {
      this.#crashes.push(hit);
      return;
    }
    const verdict = toldVerdict(hit);
    if (verdict === undefined) return;
    this.#counts.set(verdict.rule, this.verdictsOf(verdict.rule) + 1);
    for (const agent of new Set([verdict.from, verdict.to])) {
      const known = this.#concerning.get(agent) ?? { verdicts: [], count: 0 };
      known.verdicts.push(verdict);
      known.count += 1;
      this.#concerning.set(agent, known);
    }
  }

  /** Agents of one instant are told of in no order, which must not be seen in what is found. */
  check(at: VirtualTime): readonly Finding[] {
    for (const known of this.#concerning.values())
      if (known.verdicts.length > MOST_KEPT) known.verdicts = latestFirst(known.verdicts).slice(0, MOST_TOLD);
    const crashes = this.#crashes;
    if (crashes.length === 0) return [];
    this.#crashes = [];
    return crashes
      .toSorted((a, b) => compareText(a.agent, b.agent))
      .map((crash) => ({ kind: 'property', at, evidence: this.#evidence(crash) }));
  }

  save(): Json {
    const concerning = [...this.#concerning].map(([agent, { verdicts, count }]) => ({
      agent,
      verdicts: latestFirst(verdicts).slice(0, MOST_TOLD).toReversed(),
      count,
    }));
    return { counts: [...this.#counts], concerning };
  }

  restore(saved: Json): void {
    const { counts, concerning } = saved as unknown as {
      readonly counts: readonly (readonly [rule: string, count: number])[];
      readonly concerning: readonly (Concerning & { readonly agent: AgentId })[];
    };
    for (const [rule, count] of counts) this.#counts.set(rule, count);
    for (const { agent, verdicts, count } of concerning)
      this.#concerning.set(agent, { verdicts: [...verdicts], count });
  }

  #evidence({ agent, fields }: TraceHit): CrashEvidence {
    const { verdicts, count } = this.#concerning.get(agent) ?? { verdicts: [], count: 0 };
    const told = latestFirst(verdicts).slice(0, MOST_TOLD);
    const { message, from, why } = fields as Pick<CrashEvidence, 'message' | 'from' | 'why'>;
    return { property: ANSWERED, agent, message, from, why, verdicts: told, more: count - told.length };
  }
}

/** The order of one sender's own verdicts is that in which they were told. */
function latestFirst(verdicts: readonly ToldVerdict[]): ToldVerdict[] {
  return verdicts
    .map((verdict, place) => ({ verdict, place }))
    .toSorted((a, b) => b.verdict.at - a.verdict.at || compareText(b.verdict.from, a.verdict.from) || b.place - a.place)
    .map(({ verdict }) => verdict);
}
