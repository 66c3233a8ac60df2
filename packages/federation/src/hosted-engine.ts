/** A federate's engine, run window by window in slices that leave the process time to listen. */
import {
  AgentFault,
  type AgentId,
  CENSUS_PERIOD,
  CensusSampler,
  type Definitions,
  Engine,
  type EngineSnapshot,
  type Event,
  type FactsChange,
  History,
  NEVER,
  type Observer,
  planDigest,
  type SavedHistory,
  type SavedSampler,
  type VirtualTime,
} from '@dragon/engine';
import type { Packed } from './channel.ts';
import { errorText, FederationError, wrongFrame } from './federation-error.ts';
import type { Body, Frame } from './frame.ts';
import { Inbox, type SavedInbox } from './inbox.ts';
import { Outbox, type SavedOutbox } from './outbox.ts';
import { readSnapshot } from './saved-engine.ts';
import {
  changeToWire,
  eventFromWire,
  hitToWire,
  lineToWire,
  receivedToWire,
  rowToWire,
  sampleToWire,
  type WireEvent,
  type WireHit,
  type WireLine,
  type WireRow,
  type WireSample,
} from './wire.ts';

/** Events between two looks at the clock. */
const SLICE_EVENTS = 32;
/** How long the process may go without listening, in milliseconds. A subscriber that blocks for long loses messages. */
const SLICE_MS = 20;
/**
 * A window ends early after so many events, so that no report is huge and none takes long. The coordinator grants the
 * rest.
 */
const WINDOW_EVENTS = 4_096;

/** A hosted engine between two windows, as data; its engine as text of JSON, which is how snapshots are proved. */
export interface SavedHost {
  readonly engine: string;
  readonly processed: number;
  readonly limit: VirtualTime;
  readonly history: SavedHistory;
  readonly census: SavedSampler | null;
  readonly inbox: SavedInbox;
  readonly outbox: SavedOutbox;
}

export interface HostedEngineOptions {
  /** Our name among the federates. */
  readonly name: string;
  readonly definitions: Definitions;
  /** Packs an events frame for a federate. */
  readonly pack: (receiver: string, body: Body<'events'>) => Packed;
  readonly post: (packed: Packed) => void;
  /** Called with an error that is a bug of ours and no agent's. */
  readonly onError: (error: unknown) => void;
  /** Go on from here instead of starting the agents. */
  readonly saved?: SavedHost | undefined;
}

/** What `placed` and `report` have in common. */
type Outcome = Omit<Body<'placed'>, 'kind' | 'planDigest'>;

export class HostedEngine {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly #place: Frame<'place'>;
  readonly #options: HostedEngineOptions;
  readonly #history: History;
  readonly #hosts: ReadonlyMap<AgentId, string | undefined>;
  #engine: Engine | undefined;
  /** Of each agent elsewhere: how soon something that happens to it can reach us. */
  readonly #back: ReadonlyMap<AgentId, VirtualTime>;
  /** The window ends here: where it was granted to end, or where the first answer to what we sent may come. */
  #limit: VirtualTime;
  #changes: FactsChange[] = [];
  #hits: WireHit[] = [];
  #lines: WireLine[] = [];
  #rows: WireRow[] = [];
  #samples: WireSample[] = [];
  /** Present if a census is wanted. */
  #census: CensusSampler | undefined;
  #fault: AgentFault | undefined;
  #stopped = false;
  #stepMs = 0;

  constructor(place: Frame<'place'>, options: HostedEngineOptions) {
    this.#place = place;
    this.#options = options;
    const hosts = new Map(place.plan.agents.map(({ id }, index) => [id, place.federates[place.hosts[index] ?? -1]]));
    this.#back = new Map(place.plan.agents.map(({ id }, index) => [id, place.back[place.hosts[index] ?? -1] ?? NEVER]));
    this.#hosts = hosts;
    const { name: me, pack, post, saved } = options;
    const senders = place.federates.filter((name) => name !== me);
    const belongs = ([, to, from]: WireEvent, sender: string) => hosts.get(to) === me && hosts.get(from) === sender;
    this.inbox = new Inbox({ senders, belongs }, saved?.inbox);
    this.outbox = new Outbox({ hostOf: (agent) => hosts.get(agent), pack, post }, saved?.outbox);
    this.#history = new History(saved?.history);
    this.#limit = saved?.limit ?? 0;
  }

  /** The bug of an agent that ended this engine, if one did. */
  get fault(): AgentFault | undefined {
    return this.#fault;
  }

  /** Events processed so far. */
  get processed(): number {
    return (this.#options.saved?.processed ?? 0) + (this.#engine?.processed ?? 0);
  }

  /**
   * Starts the agents, which more observers than our own may see. Returns what they did while they started; nothing, if
   * they go on from where they were saved.
   */
  start(watching: readonly Observer[]): Body<'placed'> {
    const { plan, federates, hosts, record } = this.#place;
    const { definitions, saved } = this.#options;
    const me = federates.indexOf(this.#options.name);
    const ids = plan.agents.filter((_, index) => hosts[index] === me).map(({ id }) => id);
    const wanted = record.hits === 'all' ? undefined : new Set(record.hits);
    const outlets: Observer = {
      facts: (change) => void this.#changes.push(changeToWire(change)),
      log: (line) => void this.#lines.push(lineToWire(line)),
      ...(record.rows && { row: (row) => void this.#rows.push(rowToWire(row)) }),
      ...(wanted?.size !== 0 && { tracepoints: wanted, hit: (hit) => void this.#hits.push(hitToWire(hit)) }),
    };
    this.#census = record.census
      ? new CensusSampler(
          CENSUS_PERIOD,
          (sample) => void this.#samples.push(sampleToWire(sample)),
          saved?.census ?? undefined,
        )
      : undefined;
    const observers = [this.#history, outlets, ...(this.#census ? [this.#census] : []), ...watching];
    try {
      this.#engine = new Engine({
        plan,
        definitions,
        ids,
        remote: (event) => this.#send(event),
        observers,
        snapshot: saved && snapshotOf(saved, ids),
      });
    } catch (error) {
      if (error instanceof AgentFault) this.#fault = error;
      else if (saved === undefined || error instanceof FederationError) throw error;
      // Of what an agent can have been in, its definition alone knows.
      else throw badCheckpoint(errorText(error));
    }
    // An engine that goes on tells its observers the facts as they are, of which the coordinator has been told.
    if (saved !== undefined) this.#changes = [];
    return { kind: 'placed', planDigest: planDigest(plan), ...this.#outcome(0) };
  }

  /** To be called between two windows. Others have our frames up to `arrived`. */
  save(arrived: Body<'save'>['arrived']): SavedHost {
    if (this.#engine === undefined) throw new Error('asked to save what never started');
    return {
      engine: JSON.stringify(this.#engine.save()),
      processed: this.processed,
      limit: this.#limit,
      history: this.#history.save(),
      census: this.#census?.save() ?? null,
      inbox: this.inbox.save(),
      outbox: this.outbox.save(arrived),
    };
  }

  /** Processes what is before `lbts`, then calls `report`: before it returns, if the window is short. */
  run(window: number, lbts: VirtualTime, report: (body: Body<'report'>) => void): void {
    for (const wire of this.inbox.take()) {
      const event = eventFromWire(wire);
      // The engine knows only of events: one at the instant of the last event is late, too.
      if (event.at < this.#limit)
        throw wrongFrame(
          this.#hosts.get(event.from) ?? '',
          `sent an event at ${event.at} ns to ${event.to}, in whose past that is: it went on to ${this.#limit} ns`,
        );
      this.#engine?.deliver(event);
    }
    this.#limit = lbts;
    this.#slice(window, 0, report);
  }

  /** Attaches an observer between two events; to agents that broke while they started there is none to attach. */
  observe(observer: Observer): void {
    this.#engine?.observe(observer);
  }

  unobserve(observer: Observer): void {
    this.#engine?.unobserve(observer);
  }

  /** Returns what is left to say; `wireMs` goes with it. */
  finish({ history }: Frame<'finish'>, wireMs: number): Body<'finished'> {
    const engine = this.#engine;
    if (engine === undefined) throw new Error('asked to finish what never started');
    const hosted = new Set<AgentId>(engine.agents);
    return {
      kind: 'finished',
      digests: engine.digests().map(({ agent, chain }) => [agent, ...chain]),
      history: history.filter((id) => hosted.has(id)).map((id) => [id, this.#history.rows(id).map(rowToWire)]),
      processed: this.processed,
      next: engine.nextAt(),
      stepUs: Math.round(this.#stepMs * 1_000),
      wireUs: Math.round(wireMs * 1_000),
    };
  }

  /** Ends a window that is going on; it will not report. */
  stop(): void {
    this.#stopped = true;
  }

  #send(event: Event): void {
    this.outbox.add(event);
    const back = this.#back.get(event.to) ?? NEVER;
    if (back !== NEVER) this.#limit = Math.min(this.#limit, event.at + back);
  }

  /** Processes at most a slice of events; each may send something, and so bring the end of the window nearer. */
  #runSlice(): number {
    const startedMs = performance.now();
    let count = 0;
    while (count < SLICE_EVENTS && this.#engine?.run(this.#limit, 1) === 1) count += 1;
    this.#stepMs += performance.now() - startedMs;
    return count;
  }

  #slice(window: number, before: number, report: (body: Body<'report'>) => void): void {
    let events = before;
    try {
      const until = performance.now() + SLICE_MS;
      for (;;) {
        const count = this.#runSlice();
        events += count;
        if (count < SLICE_EVENTS || events >= WINDOW_EVENTS) break;
        if (performance.now() >= until) {
          setImmediate(() => {
            if (!this.#stopped) this.#slice(window, events, report);
          });
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof AgentFault)) {
        this.#options.onError(error);
        return;
      }
      this.#fault = error;
    }
    const rows = this.#rows;
    this.#rows = [];
    report({ kind: 'report', window, ...this.#outcome(window), rows });
  }

  #outcome(window: number): Outcome {
    const fault = this.#fault;
    // A federate with a broken agent stands still where it broke, so that the others can catch up to that instant.
    const next = fault === undefined ? (this.#engine?.nextAt() ?? 0) : (fault.event?.at ?? 0);
    // Nothing of our own comes before that: unless somebody else sends something, there is no other chance to say it.
    this.#census?.advance(next);
    const [changes, hits, lines, census] = [this.#changes, this.#hits, this.#lines, this.#samples];
    [this.#changes, this.#hits, this.#lines, this.#samples] = [[], [], [], []];
    return {
      next,
      sent: this.outbox.flush(window),
      changes,
      hits,
      lines,
      census,
      processed: this.processed,
      fault: fault === undefined ? null : faultToWire(fault),
    };
  }
}

/** Throws `bad-checkpoint` if it is none of these agents. */
function snapshotOf({ engine }: SavedHost, ids: readonly AgentId[]): EngineSnapshot {
  const read = readSnapshot(engine);
  if ('problem' in read) throw badCheckpoint(read.problem);
  const saved = new Set(read.value.agents.map(({ id }) => id));
  if (read.value.agents.length !== ids.length || !ids.every((id) => saved.has(id)))
    throw badCheckpoint('it has other agents than are hosted here');
  return read.value;
}

const badCheckpoint = (why: string) =>
  new FederationError('bad-checkpoint', `nothing goes on from what was saved of an engine: ${why}`);

function faultToWire({ agent, event, message }: AgentFault): Body<'placed'>['fault'] {
  return { agent, text: message.slice(0, 65_536), event: event === undefined ? null : receivedToWire(event) };
}
