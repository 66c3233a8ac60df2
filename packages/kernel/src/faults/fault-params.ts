/** Numbers that faults have beside their targets. */
import { SECOND, type VirtualTime } from '@dragon/engine';
import type { FaultParam } from './fault-kind.ts';

/** A run is no longer than this. */
const LONGEST: VirtualTime = 90 * 24 * 3_600 * SECOND;

export const lasting = (about: string, usual: VirtualTime | null, least: VirtualTime): FaultParam => ({
  name: 'for',
  about,
  type: 'duration',
  unit: '',
  least,
  most: LONGEST,
  default: usual,
});

export const slower = (): FaultParam => ({
  name: 'factor',
  about: 'how many times as long what is on the disk takes',
  type: 'count',
  unit: 'times',
  least: 2,
  most: 1_000_000,
  default: 10,
});

export const whole = (name: string, about: string, unit: string, least: number, usual: number): FaultParam => ({
  name,
  about,
  type: 'count',
  unit,
  least,
  most: 1 << 30,
  default: usual,
});

export const percent = (about: string): FaultParam => ({
  ...whole('probability', about, 'percent', 0, 100),
  most: 100,
});
