/**
 * Chaos in an engine: what the rules of its plan make of messages and timers, and what becomes of an agent that has no
 * answer to it.
 */
import type { Input, Step } from './agent.ts';
import type { DigestChains } from './digest.ts';
import type { AgentId } from './event.ts';
import type { HostedAgent } from './hosted-agent.ts';
import type { TraceHit } from './observer.ts';
import type { Plan } from './plan.ts';
import type { Verdict } from './rule.ts';
import { Rules } from './rules.ts';
import type { VirtualTime } from './time.ts';
import { VERDICT } from './told-verdict.ts';

/** The state of an agent that had no answer to what a rule led to. */
export const CRASHED = 'crashed';

/** The tracepoint of a crash, of the engine's own; hit only where a plan has rules. */
export const CRASH = 'agent_crashed';

type Tell = (hosted: HostedAgent, hit: Omit<TraceHit, 'agent'>) => void;

interface ChaosParts {
  readonly rules: Rules;
  /** In the order of ranks. */
  readonly ids: readonly AgentId[];
  readonly digest: DigestChains;
  readonly hit: Tell;
}

/** Returns the chaos of a plan whose agents are `ids` in the order of ranks; undefined if it has no rules. */
export function chaosOf(
  { rules = [], seed }: Pick<Plan, 'rules' | 'seed'>,
  ids: readonly AgentId[],
  digest: DigestChains,
  hit: Tell,
): Chaos | undefined {
  return rules.length === 0 ? undefined : new Chaos({ rules: new Rules(rules, seed, ids), ids, digest, hit });
}

export class Chaos {
  readonly #parts: ChaosParts;

  constructor(parts: ChaosParts) {
    this.#parts = parts;
  }

  /**
   * Returns when the message `seq` of an agent arrives that would arrive at `usual`: never, once or twice. Messages on
   * the same way stay in their order, unless a rule says otherwise.
   */
  arrivals(
    hosted: HostedAgent,
    to: number,
    seq: number,
    now: VirtualTime,
    usual: VirtualTime,
    type: string,
  ): readonly VirtualTime[] {
    const { rules, ids } = this.#parts;
    const verdict = rules.onMessage(now, hosted.rank, to, seq, type);
    if (verdict !== undefined) this.#note(hosted, seq, now, verdict, type, ids[to] ?? '');
    if (verdict?.kind === 'drop') return [];
    if (verdict?.kind === 'reorder') return [usual + verdict.by];
    const isLate = verdict?.kind === 'delay' || verdict?.kind === 'hold';
    const at = Math.max(usual + (isLate ? verdict.by : 0), hosted.floors?.get(to) ?? 0);
    if (at > usual) (hosted.floors ??= new Map()).set(to, at);
    return verdict?.kind === 'duplicate' ? [at, at + verdict.by] : [at];
  }

  /** Returns how much later a timer fires than usual; undefined if it never does. */
  timerDelay(hosted: HostedAgent, now: VirtualTime, timer: string): VirtualTime | undefined {
    const verdict = this.#parts.rules.onTimer(now, hosted.rank, hosted.seq, timer);
    if (verdict === undefined) return 0;
    this.#note(hosted, hosted.seq, now, verdict, timer, hosted.id);
    return verdict.kind === 'drop' ? undefined : verdict.by;
  }

  /**
   * Lets an agent receive something where rules may have kept it from what it relies on: one that has no answer crashes
   * as a thread of a kernel does, and is not heard of any more. What it holds it keeps.
   */
  step(hosted: HostedAgent, input: Input, observed: boolean): Step<unknown> {
    const { definition, state } = hosted;
    if (!hosted.crashed) {
      try {
        return definition.receive(state, input, observed);
      } catch (error) {
        hosted.crashed = true;
        const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        const { at, from, message } = input;
        this.#parts.hit(hosted, { at, event: CRASH, fields: { message: message.type, from, why } });
      }
    }
    return { state, effects: [] };
  }

  /** A verdict is part of the run: of its sender's chain, and of what a trace tells. */
  #note(
    hosted: HostedAgent,
    seq: number,
    at: VirtualTime,
    { rule, kind, by }: Verdict,
    what: string,
    to: AgentId,
  ): void {
    this.#parts.digest.judge(hosted.rank, seq, rule, kind, by);
    this.#parts.hit(hosted, { at, event: VERDICT, fields: { rule, fate: kind, what, to, by } });
  }
}
