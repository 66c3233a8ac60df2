/** The finder of broken properties: something that a tracepoint says and that should always hold. */
import type { Finder, Finding, Json, TraceHit, VirtualTime } from '@dragon/engine';
import type { TracepointFields, TracepointName } from '@dragon/kernel';

/** What should hold of each hit of a tracepoint. `broken` returns the evidence if it does not, else undefined. */
export interface Property<Name extends TracepointName> {
  readonly name: string;
  readonly tracepoint: Name;
  readonly broken: (fields: TracepointFields[Name], hit: TraceHit) => Json | undefined;
  /** Whether a run ends when it is broken; default: yes. */
  readonly ends?: boolean;
}

export class PropertyFinder<Name extends TracepointName> implements Finder {
  readonly ends: boolean;
  readonly tracepoints: readonly string[];
  readonly #property: Property<Name>;
  #broken: Json[] = [];

  constructor(property: Property<Name>) {
    this.#property = property;
    this.ends = property.ends ?? true;
    this.tracepoints = [property.tracepoint];
  }

  hit(hit: TraceHit): void {
    const evidence = this.#property.broken(hit.fields as TracepointFields[Name], hit);
    if (evidence !== undefined) this.#broken.push({ property: this.#property.name, agent: hit.agent, evidence });
  }

  check(at: VirtualTime): readonly Finding[] {
    if (this.#broken.length === 0) return [];
    const broken = this.#broken;
    this.#broken = [];
    return broken.map((evidence) => ({ kind: 'property', at, evidence }));
  }
}
