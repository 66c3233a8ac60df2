/**
 * The rules of a plan, ready to be asked. Their draws are hashes of (seed, rule, sender, number of the message): they
 * take nothing from the agents' streams, need no place in a snapshot, and striking one rule leaves the verdicts of the
 * others alone.
 */
import { type AgentId, kindOf } from './event.ts';
import { Hasher, newTextHash, type Lanes } from './hasher.ts';
import type { Rule, Verdict } from './rule.ts';
import type { VirtualTime } from './time.ts';

/** A rule with the ranks that it fits, 1 for each; undefined where it fits all. */
interface Fitted {
  readonly rule: Rule;
  readonly hash: Lanes;
  readonly names: ReadonlySet<string> | undefined;
  readonly from: Uint8Array | undefined;
  readonly to: Uint8Array | undefined;
}

const WORDS = 4_294_967_296;

export class Rules {
  readonly #seed: number;
  readonly #ids: readonly AgentId[];
  readonly #messages: readonly Fitted[];
  readonly #timers: readonly Fitted[];
  readonly #hasher = new Hasher();

  /** `ids` in the order of ranks. */
  constructor(rules: readonly Rule[], seed: number, ids: readonly AgentId[]) {
    this.#seed = seed;
    this.#ids = ids;
    const fitted = rules.map((rule): Fitted => {
      const { name, names, from, to } = rule;
      return {
        rule,
        hash: newTextHash(name),
        names: names && new Set(names),
        from: from && fittingRanks(ids, from),
        to: to && fittingRanks(ids, to),
      };
    });
    this.#messages = fitted.filter(({ rule }) => rule.about === 'messages');
    this.#timers = fitted.filter(({ rule }) => rule.about === 'timers');
  }

  /** Returns the verdict on a message; undefined if it passes. Of several rules the first that strikes counts. */
  onMessage(now: VirtualTime, from: number, to: number, seq: number, type: string): Verdict | undefined {
    return this.#verdict(this.#messages, now, from, to, seq, type);
  }

  /** Returns the verdict on a timer; undefined if it is set as usual. */
  onTimer(now: VirtualTime, owner: number, seq: number, timer: string): Verdict | undefined {
    return this.#verdict(this.#timers, now, owner, owner, seq, timer, kindOfTimer(timer));
  }

  #verdict(
    fitted: readonly Fitted[],
    now: VirtualTime,
    from: number,
    to: number,
    seq: number,
    name: string,
    kind = name,
  ): Verdict | undefined {
    for (const each of fitted) {
      if (!fits(each, now, from, to, name, kind)) continue;
      const { rule, hash } = each;
      const hasher = this.#hasher;
      hasher.resume(0x452821e6, 0x38d01377);
      hasher.number(this.#seed);
      hasher.lanes(hash);
      hasher.text(this.#ids[from] ?? '');
      hasher.number(seq);
      const [whether, howMuch] = drawnWords(hasher);
      if (whether >= rule.probability * WORDS) continue;
      return verdictOf(rule, now, howMuch);
    }
    return undefined;
  }
}

function fits(
  { rule, names, from, to }: Fitted,
  now: VirtualTime,
  sender: number,
  receiver: number,
  name: string,
  kind: string,
): boolean {
  const { since = 0, until = Number.POSITIVE_INFINITY, fate } = rule;
  return (
    now >= since &&
    now < until &&
    (names === undefined || names.has(name) || names.has(kind)) &&
    from?.[sender] !== 0 &&
    to?.[receiver] !== 0 &&
    !(fate.kind === 'hold' && now >= fate.until)
  );
}

function verdictOf({ name, fate }: Rule, now: VirtualTime, word: number): Verdict {
  switch (fate.kind) {
    case 'drop':
      return { rule: name, kind: 'drop', by: 0 };
    case 'hold':
      return { rule: name, kind: 'hold', by: fate.until - now };
    case 'delay':
    case 'reorder':
    case 'duplicate': {
      const { min, max } = fate;
      return { rule: name, kind: fate.kind, by: min + Math.floor((word / WORDS) * (max - min + 1)) };
    }
  }
}

/** Returns two words in [0, 2^32) in which every bit of the lanes counts. */
function drawnWords(hasher: Hasher): [number, number] {
  // Lanes that differ little must not lead to draws that do: each round mixes each lane into the other.
  for (let round = 0; round < 4; round += 1) hasher.word(round);
  const first = finalMix(hasher.a ^ hasher.b);
  return [first, finalMix(hasher.b ^ Math.imul(first, 0x9e3779b1))];
}

/** The finalizer of MurmurHash3. */
function finalMix(lane: number): number {
  let h = lane ^ (lane >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A timer's name may begin with a word for its kind, as that of an agent does with its kind: `jiffy timer.armed`. */
function kindOfTimer(timer: string): string {
  const blank = timer.indexOf(' ');
  return blank < 0 ? timer : timer.slice(0, blank);
}

function fittingRanks(ids: readonly AgentId[], wanted: readonly string[]): Uint8Array {
  const names = new Set(wanted);
  return Uint8Array.from(ids, (id) => (names.has(id) || names.has(kindOf(id)) ? 1 : 0));
}
