/** Faults that a hunt may put into runs of a plan: which kinds there are, whom they may strike, with what numbers. */
import { MICROSECOND, type Plan, type RandomStream, type VirtualTime } from '@dragon/engine';
import { type Fault, FAULT_KINDS, faultName, type FaultKind, type FaultParam, paramsOn } from '@dragon/kernel';
import { drawnSpan, oneOf } from './draws.ts';

interface Striking {
  readonly kind: FaultKind;
  /** The params that say whom it strikes, one for each that it may. */
  readonly targets: readonly Fault['params'][];
}

export class FaultSpace {
  readonly #kinds: readonly Striking[];
  readonly #horizon: VirtualTime;
  readonly #admits: (faults: readonly Fault[]) => boolean;

  /**
   * Instants are drawn before `horizon`, by which a plain run has done nearly all that it does. `admits` says whether a
   * plan has room for faults: two on one CPU must not overlap, say.
   */
  constructor(plan: Pick<Plan, 'agents'>, horizon: VirtualTime, admits: (faults: readonly Fault[]) => boolean) {
    this.#horizon = Math.max(horizon, MICROSECOND);
    this.#admits = admits;
    this.#kinds = FAULT_KINDS.flatMap((kind): Striking[] => {
      // A message of any type is what a person may send who knows what it leads to.
      // Rules it draws by themselves.
      if (kind.carries !== undefined || kind.fate !== undefined) return [];
      const targets = targetsOf(kind, plan).filter((params) => admits([usual(kind, params, MICROSECOND * 1_000)]));
      return targets.length === 0 ? [] : [{ kind, targets }];
    });
  }

  /** Names of the kinds of which there may be any. */
  get kinds(): readonly string[] {
    return this.#kinds.map(({ kind }) => kind.kind);
  }

  /** Returns a fault of one of these kinds; undefined if there are none. */
  drawn(random: RandomStream, kinds: readonly string[], at?: VirtualTime): Fault | undefined {
    const striking = this.#kinds.filter(({ kind }) => kinds.includes(kind.kind));
    if (striking.length === 0) return undefined;
    const { kind, targets } = oneOf(random, striking);
    return this.retuned(random, usual(kind, oneOf(random, targets), at ?? this.instant(random)));
  }

  instant(random: RandomStream): VirtualTime {
    return (
      1 + random.below(Math.min(this.#horizon, 4_294_967_295)) * Math.max(1, Math.floor(this.#horizon / 4_294_967_295))
    );
  }

  /** Returns the fault with other numbers. */
  retuned(random: RandomStream, fault: Fault): Fault {
    const kind = this.#kinds.find((each) => each.kind.kind === fault.kind)?.kind;
    if (kind === undefined) return fault;
    const numbers = kind.params.flatMap((param) => {
      const value = drawnNumber(random, param, this.#horizon);
      return value === null ? [] : [[param.name, value] as const];
    });
    return { ...fault, params: { ...fault.params, ...Object.fromEntries(numbers) } };
  }

  /** Returns the fault on somebody else, or on the same. */
  retargeted(random: RandomStream, fault: Fault): Fault {
    const targets = this.#kinds.find((each) => each.kind.kind === fault.kind)?.targets ?? [];
    return targets.length === 0 ? fault : { ...fault, params: { ...fault.params, ...oneOf(random, targets) } };
  }

  /** Returns those of the faults, in order, that the plan has room for beside those before them. */
  admitted(faults: readonly Fault[]): readonly Fault[] {
    const admitted: Fault[] = [];
    const names = new Set<string>();
    for (const fault of faults) {
      const key = `${faultName(fault)} ${fault.at}`;
      if (names.has(key) || !this.#admits([...admitted, fault])) continue;
      names.add(key);
      admitted.push(fault);
    }
    return admitted.toSorted((a, b) => a.at - b.at);
  }
}

function targetsOf(kind: FaultKind, { agents }: Pick<Plan, 'agents'>): readonly Fault['params'][] {
  const targets = agents.flatMap(({ id }) => {
    const params = paramsOn(kind, id);
    return params === undefined ? [] : [params];
  });
  return kind.target === null ? targets.slice(0, 1) : targets;
}

function usual(kind: FaultKind, target: Fault['params'], at: VirtualTime): Fault {
  const numbers = kind.params.flatMap(({ name, default: value }) => (value === null ? [] : [[name, value] as const]));
  return { at, kind: kind.kind, params: { ...target, ...Object.fromEntries(numbers) } };
}

/** How far from what is usual numbers are drawn; those that count anything but pages, upwards less far. */
const SPREAD = 30;
const FEW = 3;

function drawnNumber(random: RandomStream, param: FaultParam, horizon: VirtualTime): number | null {
  const { default: usually, least, most, type, unit } = param;
  if (usually === null) return null;
  const top = Math.min(
    most,
    usually * (type === 'duration' || unit === 'pages' ? SPREAD : FEW),
    type === 'duration' ? Math.max(horizon, usually) : most,
  );
  return drawnSpan(random, Math.max(least, Math.ceil(usually / SPREAD)), Math.max(least, top));
}
