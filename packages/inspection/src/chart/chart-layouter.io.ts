/**
 * Layouter of charts: runs ELK, wherever it lives, for the steps of a layout, and remembers what it made of a graph.
 * Where one compound opens or closes only those around it are laid out anew.
 */
import type { ChartGraph } from './chart-graph.ts';
import { type ChartLayout, layOutChart } from './chart-layout.ts';
import type { ElkNode, MeasureText } from './elk-graph.ts';

/** ELK as `elkjs` has it. */
interface LayoutEngine {
  layout(graph: ElkNode): Promise<ElkNode>;
}

/** Layouts and compounds that are remembered: those asked for last. */
const MOST_REMEMBERED = 1_000;

export class ChartLayouter {
  readonly #elk: LayoutEngine;
  readonly #measure: MeasureText;
  readonly #compounds = new Memory<ElkNode | undefined>();
  readonly #layouts = new Memory<ChartLayout>();

  constructor(elk: LayoutEngine, measure: MeasureText) {
    this.#elk = elk;
    this.#measure = measure;
  }

  /** Returns the layout if it is remembered. */
  known({ hash }: Pick<ChartGraph, 'hash'>): ChartLayout | undefined {
    return this.#layouts.get(hash);
  }

  async layOut(graph: ChartGraph): Promise<ChartLayout> {
    const known = this.known(graph);
    if (known !== undefined) return known;
    const steps = layOutChart(graph, this.#measure);
    let step = steps.next();
    // One after another: a compound is laid out when those inside it have been.
    while (step.done !== true) step = steps.next(await this.#answer(step.value));
    this.#layouts.set(graph.hash, step.value);
    return step.value;
  }

  async #answer(graph: ElkNode): Promise<ElkNode | undefined> {
    const key = JSON.stringify(graph);
    if (this.#compounds.has(key)) return this.#compounds.get(key);
    // ELK throws at some graphs: then the layout asks for less.
    const answer = await this.#elk.layout(graph).catch(() => undefined);
    this.#compounds.set(key, answer);
    return answer;
  }
}

/** A map that forgets what has not been asked for the longest. */
class Memory<T> {
  readonly #known = new Map<string, T>();

  has(key: string): boolean {
    return this.#known.has(key);
  }

  get(key: string): T | undefined {
    const value = this.#known.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: T): void {
    this.#known.delete(key);
    this.#known.set(key, value);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
  }
}
