/**
 * The coordinator: gathers federates, deals the agents, grants windows until the run is over, and puts the result
 * together.
 */
import { validatePlan } from '@dragon/engine';
import type { CoordinateOptions, FederatedResult } from './coordinate-options.ts';
import { Coordination } from './coordination.ts';
import { Desk } from './desk.ts';
import type { Link } from './link.ts';

/**
 * Runs a plan on the federates that meet under `run`. The result is that of `runPlan`, digest for digest, whoever hosts
 * what. Rejects with a `FederationError`, having told every federate to stop. The link stays open.
 */
export async function coordinate(link: Link, options: CoordinateOptions): Promise<FederatedResult> {
  const { run, plan, signal, onNotice } = options;
  validatePlan(plan);
  const { repeatMs = 500, silenceMs = 10_000, pulseMs = 1_000 } = options;
  const desk = new Desk(link, { run, signal, onNotice, repeatMs, silenceMs, pulseMs });
  try {
    const result = await new Coordination(desk, options).run();
    desk.goodbye();
    return result;
  } catch (error) {
    desk.abort(error);
    throw error;
  } finally {
    desk.close();
    await link.flush().catch(() => undefined);
  }
}
