/**
 * A watch of a run: whoever knows its name sees the steps of its agents, from any moment to any other, and changes
 * nothing of it.
 */
import type { Plan, PresentData, StepData, VirtualTime } from '@dragon/engine';
import { Channel } from './channel.ts';
import type { Body, Frame } from './frame.ts';
import { FrameOrder } from './frame-order.ts';
import type { Link } from './link.ts';
import { newWatcherName } from './speakers.ts';
import { subjectsOf } from './subjects.ts';

export interface WatchOptions {
  readonly run: string;
  /** The key of the run, if it has one. */
  readonly key?: string | undefined;
  /** Whom to watch; default: all. */
  readonly agents?: 'all' | readonly string[] | undefined;
  /** Whether the states of the agents are wanted, too; default: no. */
  readonly states?: boolean | undefined;
  /** Whether the transitions are wanted that they take; default: no. */
  readonly moves?: boolean | undefined;
  /**
   * Called with agents as they are when the watch reaches them; not if it was there before they started. A session is
   * one run: by it, runs with the same name are told apart.
   */
  readonly onPresent?: ((agents: readonly PresentData[], session: number) => void) | undefined;
  /** Called with steps: those of one federate in the order in which they happened, those of different ones anyhow. */
  readonly onSteps?: ((steps: readonly StepData[], session: number) => void) | undefined;
  /** Called with how many steps, or agents, a federate could not show, or the link lost. */
  readonly onDropped?: ((count: number, federate: string) => void) | undefined;
  /** Called with the plan, once a run. */
  readonly onPlan?: ((plan: Plan, session: number) => void) | undefined;
  /** Called about once a second until the run begins. */
  readonly onJoining?: ((joining: Frame<'joining'>) => void) | undefined;
  /** Called about ten times a second while the run goes on, or stands still. */
  readonly onProgress?: ((progress: Frame<'progress'>) => void) | undefined;
  /** Called with the result, before `onOver`. */
  readonly onResult?: ((result: Frame<'over'>) => void) | undefined;
  /** Called when a run with this name is over; with why, if it was aborted. */
  readonly onOver?: ((why: string | undefined, session: number) => void) | undefined;
  /** Called once a second at most, with how many frames were dropped, and what was wrong with the last one. */
  readonly onBadFrames?: ((text: string) => void) | undefined;
  /** Called with what one of these functions throws. */
  readonly onError: (error: unknown) => void;
  /** How often the request is repeated for federates that come later; default 1000. */
  readonly pulseMs?: number | undefined;
}

/** What a watcher may ask of the run's pace, which is no part of what happens in it; the rest stays as it is. */
export interface AskedPace {
  readonly paused?: boolean | undefined;
  /** Virtual seconds per second of the wall clock, or as many as there can be. */
  readonly speed?: number | 'unlimited' | undefined;
  /** A run that goes on stands still when everything before this instant has happened. */
  readonly stopBefore?: VirtualTime | undefined;
}

export interface Watch {
  /** Asks the coordinator for a pace, now or as soon as it is heard of. Whoever has the key of the run may do so. */
  setPace(pace: AskedPace): void;
  /** Ends the watch. Resolves when that has left this process; the link stays open. */
  close(): Promise<void>;
}

/** What is seen of one federate. */
type Part = Frame<'present'> | Frame<'seen'>;

/** What one federate shows in one run. */
interface Shown {
  readonly stream: number;
  readonly order: FrameOrder<Part>;
  /** Agents and steps that came or are known to be lost. */
  count: number;
}

/**
 * Watches the run, which need not have begun. Steps come in their order, and what is missing is counted. A run that
 * nobody watches does nothing for it; one that is watched has the same result.
 */
export function watchRun(link: Link, given: WatchOptions): Watch {
  let planned: number | undefined;
  const options = {
    ...given,
    // Its coordinator tells it, and one of its federates, whoever is heard first.
    onPlan(plan: Plan, session: number): void {
      if (planned !== session) given.onPlan?.(plan, session);
      planned = session;
    },
  };
  const { run, agents = 'all', states = false, moves = false, pulseMs = 1_000, key, onBadFrames, onError } = options;
  const subjects = subjectsOf(run);
  const from = newWatcherName();
  const channel = new Channel(link, { from, key, onBadFrames, onError });
  const shown = new Map<string, Shown>();
  channel.listen(subjects.watch(from), (frame) => {
    if (frame.kind !== 'present' && frame.kind !== 'seen') return;
    const federate = shownBy(shown, frame);
    if (federate !== undefined) handOn(federate.order.take(frame), federate, options);
  });
  channel.listen(subjects.all, (frame) => {
    if (frame.kind === 'goodbye') options.onOver?.(undefined, frame.session);
    else if (frame.kind === 'abort') options.onOver?.(frame.text, frame.session);
  });
  const paces: Body<'pace'>[] = [];
  let requests = 0;
  const askForPaces = () => {
    if (channel.session === 0) return;
    for (const pace of paces.splice(0)) channel.send(subjects.coordinator, pace);
  };
  channel.listen(subjects.watchers, (frame) => {
    // What is asked of one run is not for the next one of this name.
    channel.session = frame.session;
    askForPaces();
    if (frame.kind === 'planned') options.onPlan(frame.plan, frame.session);
    else if (frame.kind === 'joining') options.onJoining?.(frame);
    else if (frame.kind === 'progress') options.onProgress?.(frame);
    else if (frame.kind === 'over') options.onResult?.(frame);
  });
  const request = { kind: 'watch' as const, agents: agents === 'all' ? agents : [...agents], states, moves };
  const ask = () => channel.send(subjects.all, request);
  const pulse = setInterval(() => {
    ask();
    for (const federate of shown.values()) handOn(federate.order.tick(), federate, options);
  }, pulseMs);
  ask();
  return {
    setPace({ paused = null, speed = null, stopBefore = null }) {
      paces.push({ kind: 'pace', request: requests, paused, speed, stopBefore });
      requests += 1;
      askForPaces();
    },
    async close() {
      clearInterval(pulse);
      channel.close();
      channel.send(subjects.all, { kind: 'unwatch' });
      await link.flush().catch(() => undefined);
    },
  };
}

/** Returns where a frame belongs; undefined for one of a stream that is over. */
function shownBy(all: Map<string, Shown>, { session, from, stream }: Part): Shown | undefined {
  const key = `${session} ${from}`;
  const known = all.get(key);
  if (known !== undefined && known.stream >= stream) return known.stream === stream ? known : undefined;
  const opened = { stream, order: new FrameOrder<Part>(), count: 0 };
  all.set(key, opened);
  return opened;
}

/** What is handed on, and to whom. */
type Handing = Pick<WatchOptions, 'onPresent' | 'onSteps' | 'onDropped'> & {
  readonly onPlan: (plan: Plan, session: number) => void;
};

function handOn(parts: readonly Part[], shown: Shown, { onPlan, onPresent, onSteps, onDropped }: Handing): void {
  for (const part of parts) {
    const dropped = part.before - shown.count;
    shown.count = part.before;
    if (dropped > 0) onDropped?.(dropped, part.from);
    if (part.kind === 'present') {
      shown.count += part.agents.length;
      if (part.plan !== null) onPlan(part.plan, part.session);
      if (part.agents.length > 0) onPresent?.(part.agents, part.session);
    } else {
      shown.count += part.steps.length;
      if (part.steps.length > 0) onSteps?.(part.steps, part.session);
    }
  }
}
