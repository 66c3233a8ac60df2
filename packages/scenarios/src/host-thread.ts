/** The host whose one thread all CPUs of a world share, and how long its delays take. */
import { type AgentSpec, type Latency, MICROSECOND } from '@dragon/engine';
import { HOST } from '@dragon/kernel';
import { fixed } from './latency.ts';

/** A turn of a vCPU is counted in microseconds; to change vCPUs takes as long as to change threads. */
export const HOST_DELAYS = { hostMicrosecond: fixed(MICROSECOND) };
export const HOST_LINKS = { 'cpu>host': MICROSECOND, 'host>cpu': MICROSECOND };

/** Returns the host of so many vCPUs; `delays` are the world's. */
export function hostOf(vcpus: number, { tick }: { readonly [name: string]: Latency }): AgentSpec {
  if (tick?.kind !== 'ticks') throw new Error('the tick is not of the timer wheel');
  return { id: HOST, kind: 'host', params: { vcpus, tick: tick.period } };
}
