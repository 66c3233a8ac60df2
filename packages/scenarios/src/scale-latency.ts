/**
 * A latency model with one of its constants made larger or smaller: how much does an answer depend on what is
 * estimated?
 */
import type { Latency, LatencyModel } from '@dragon/engine';
import { CPU_TIMES } from './latency.ts';

/** How long every message travels, as if it were one constant. */
const LINKS = 'links';

/**
 * Returns the model with the delay named `constant` (or, as `links`, the latency of all links) `factor` times as long,
 * rounded to nanoseconds; a random one keeps its shape, so that each draw is scaled, too. Ticks are counted, not
 * stretched: a jiffy stays a jiffy. A link is never shorter than the 1 ns that a message needs. Throws for a constant
 * that the model does not have.
 */
export function scaleLatency(model: LatencyModel, constant: string, factor: number): LatencyModel {
  if (!(factor > 0) || factor === Infinity) throw new Error(`a factor is above 0, not ${factor}`);
  if (constant === LINKS) {
    const times = (ns: number) => Math.max(1, Math.round(ns * factor));
    const links = Object.entries(model.links).map(([name, ns]) => [name, times(ns)] as const);
    return { ...model, links: { ...Object.fromEntries(links), default: times(model.links.default) } };
  }
  const latency = model.delays[constant];
  if (latency === undefined) throw new Error(`the latency model has no delay named ${constant}`);
  return { ...model, delays: { ...model.delays, [constant]: scaled(latency, factor) } };
}

/** Returns the model of a machine on which all that takes CPU time, messages included, takes `factor` times as long. */
export function slowedCpu(model: LatencyModel, factor: number): LatencyModel {
  if (factor === 1) return model;
  return [LINKS, ...CPU_TIMES].reduce((slowed, constant) => scaleLatency(slowed, constant, factor), model);
}

function scaled(latency: Latency, factor: number): Latency {
  const times = (value: number) => Math.round(value * factor);
  switch (latency.kind) {
    case 'fixed':
      return { kind: 'fixed', ns: times(latency.ns) };
    case 'uniform':
      return { kind: 'uniform', min: times(latency.min), max: times(latency.max) };
    case 'quantiles':
      return { kind: 'quantiles', points: latency.points.map(([probability, ns]) => [probability, times(ns)]) };
    case 'ticks':
      return { ...latency, count: times(latency.count) };
  }
}
