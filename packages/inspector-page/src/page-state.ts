/**
 * The state of the page: which run it shows, at which instant, and what is chosen. Panels are functions of it. What
 * comes from workers is taken in at once and shown with the next frame, so that no panel is drawn twice for one.
 */
import type { AgentId, VirtualTime } from '@dragon/engine';
import {
  type ComparisonOffer,
  type RecordOpening,
  RunRecord,
  type Stage,
  type StateAhead,
  type TimeWindow,
} from '@dragon/inspection';
import { type Fault, faultName, faultsOf, formatFault } from '@dragon/kernel';
import { type ReportNames, reportNames, type TraceDiff } from '@dragon/report';
import { batch, computed, signal } from '@preact/signals';
import { AskedFacts } from './asked-facts.ts';
import type { ExpectedEnd } from './boot.ts';
import type { FeedClient } from './feed-client.ts';
import { showFinding } from './shown-finding.ts';
import type { WantedFault } from './wanted-fault.ts';
import { PendingChunks } from './pending-chunks.ts';
import type { Pictures } from './pictures.ts';
import type { Ask, Catalogue, PageRun, RunSource } from './worker-protocol.ts';

/**
 * - `live`: at the edge of a run that goes on. `past`: before it. `paused`: at the edge of a run that stands still.
 * - `not-yet`: the run has still to come to the instant that was asked for.
 * - `ended`: at the end. `lost`: nobody says any more how the run goes on. `cut`: the trace says no more.
 */
export type Mode = 'live' | 'past' | 'not-yet' | 'paused' | 'ended' | 'lost' | 'cut';

/**
 * `keys`: what they do. `time`: where to go. `search`. `story`: how a deadlock came about. `end`: of the run. `faults`:
 * which; and the one that is wanted, for its numbers.
 */
type Sheet = 'export' | 'keys' | 'time' | 'search' | 'story' | 'end' | 'faults' | WantedFault;

/** What every panel is given. */
export interface WithState {
  readonly state: PageState;
}

interface OpenedRun {
  readonly record: RunRecord;
  /** The arguments of `dragon` that make it again; undefined if words alone do not. */
  readonly again: string | undefined;
}

export class PageState {
  /** The run that is shown; undefined on the start page, and until the first answer. */
  readonly record = signal<RunRecord | undefined>(undefined);
  /** How that run ended where it was made before; undefined if nobody says. */
  readonly expected = signal<ExpectedEnd | undefined>(undefined);
  /** The arguments of `dragon` that make the run again that is shown; undefined if words alone do not. */
  readonly again = signal<string | undefined>(undefined);
  /** The scenarios that there are; undefined until somebody has asked. */
  readonly catalogue = signal<Catalogue | undefined>(undefined);
  /** Whether nothing is watched yet, and the page asks what to run. */
  readonly isStart = signal(false);
  /** What the fork is called that stands beside its original; undefined if there is none. */
  readonly fork = signal<string | undefined>(undefined);
  /** The instant that the fork starts to be another run at: before it, both are one. */
  readonly forkedAt = signal<VirtualTime | undefined>(undefined);
  /** Whether the run of the name `other` is the one that is shown, and `main` the one beside it. */
  readonly isSwapped = signal(false);
  /** The run beside it in Compare: the original of a fork, a cure. */
  readonly other = signal<RunRecord | undefined>(undefined);
  /** What the run that is shown may be compared with. */
  readonly offers = signal<readonly ComparisonOffer[]>([]);
  /** How the two runs differ first; undefined until that is known. */
  readonly difference = signal<TraceDiff | undefined>(undefined);
  /** One line that says why there is no run beside it. */
  readonly otherFailure = signal<string | undefined>(undefined);
  /** Counts what was added to the records. Whoever reads a record reads this, too, so as to be called again. */
  readonly revision = signal(0);
  /** Where the cursor stands; `edge` glues it to the end of what is known. */
  readonly cursor = signal<VirtualTime | 'edge'>('edge');
  readonly stage = signal<Stage>('waits');
  /** Whether somebody chose the stage: then it never changes by itself. */
  readonly stageChosen = signal(false);
  readonly selection = signal<AgentId | undefined>(undefined);
  /** Agents that were selected at once, the selected one first; counts while that one is still selected. */
  readonly together = signal<readonly AgentId[]>([]);
  readonly hovered = signal<AgentId | undefined>(undefined);
  /** Agents that stand out among all while somebody points at what they have in common. */
  readonly marked = signal<ReadonlySet<AgentId>>(new Set());
  /** Agents whose cards are open, in order. */
  readonly cards = signal<readonly AgentId[]>([]);
  /** Agents whose lanes stay below the parties'. */
  readonly pins = signal<readonly AgentId[]>([]);
  /** Lanes of the timeline that are hidden, by key. */
  readonly hiddenLanes = signal<ReadonlySet<string>>(new Set());
  /** Stacks of the timeline whose agents have lanes of their own, by key. */
  readonly unfoldedLanes = signal<ReadonlySet<string>>(new Set());
  /** Whether the timeline draws the messages of everybody, not of the selected agent alone. */
  readonly allMessages = signal(false);
  /** The part of the run that the timeline shows; undefined: the whole run. */
  readonly window = signal<TimeWindow | undefined>(undefined);
  readonly axis = signal<'time' | 'order'>('time');
  readonly present = signal(false);
  /** The stop of the tour that is shown, counted from 0; undefined when none is. */
  readonly tour = signal<number | undefined>(undefined);
  /** What is drawn right now, by who draws it: each makes an SVG that stands alone. */
  readonly pictures: Pictures = new Map();
  /** The sheet that lies over the page, or will at once: keys are then its own. */
  readonly sheet = signal<Sheet | undefined>(undefined);
  /** Whether the rail is open where it is a drawer. */
  readonly drawer = signal(false);
  /** Lines that a person has to be told, until they are closed. */
  readonly notices = signal<readonly string[]>([]);
  /** What was just done, for a moment. */
  readonly said = signal('');
  /** The file that the run was read from. */
  readonly file = signal<string | undefined>(undefined);
  /** What is searched for. */
  readonly query = signal('');
  readonly playing = signal(false);
  /** Virtual seconds a second; infinite: as fast as it goes. */
  readonly speed = signal(0.01);
  /** What was asked of agents of the run that is shown. */
  readonly facts: AskedFacts;
  /** One line that says why no run is shown. */
  readonly failure = signal<string | undefined>(undefined);

  /** How much of a trace has been read, from 0 to 1 or not known; undefined when nothing is being read. */
  readonly reading = signal<number | null | undefined>(undefined);
  /** Whether the trace that was read has no end. */
  readonly isCut = signal(false);
  /** The process that watches the run; undefined in a page that is a file. */
  readonly feed = signal<FeedClient | undefined>(undefined);

  /** Where agents have come to meanwhile, if their run is watched and the record is behind it. */
  readonly ahead = signal<ReadonlyMap<AgentId, StateAhead>>(new Map());

  /** The instant that every panel shows. */
  readonly t = computed((): VirtualTime => {
    void this.revision.value;
    const [cursor, edge] = [this.cursor.value, this.record.value?.edge ?? 0];
    return cursor === 'edge' ? edge : Math.min(cursor, edge);
  });

  /** Names of the tasks and resources of the run that is shown, as its report has them. */
  readonly names = computed((): ReportNames | undefined => this.record.value && reportNames(this.record.value.plan));

  readonly mode = computed((): Mode => {
    void this.revision.value;
    const cursor = this.cursor.value;
    if (cursor !== 'edge') return cursor > (this.record.value?.edge ?? 0) ? 'not-yet' : 'past';
    if (this.record.value?.end !== undefined) return 'ended';
    const feed = this.feed.value;
    if (this.isCut.value) return 'cut';
    if (feed?.status.value.kind === 'lost') return 'lost';
    return feed?.pace.value?.paused === true ? 'paused' : 'live';
  });

  readonly #runs: { [run in PageRun]: OpenedRun | undefined } = { main: undefined, other: undefined };
  readonly pending = new PendingChunks();
  readonly #ask: (question: Ask) => void;

  /** `ask` asks the run worker. */
  constructor(ask: (question: Ask) => void) {
    this.#ask = ask;
    this.facts = new AskedFacts(ask);
  }

  /** Asks the run worker; a run that is to be read from a file is known by the name of that. */
  ask(question: Ask): void {
    if (question.kind === 'open' && question.run === 'main')
      this.file.value = question.source.kind === 'trace' ? question.source.name : undefined;
    this.#ask(question);
  }

  /** Opens a run that a person has chosen. */
  wantRun(source: RunSource): void {
    this.failure.value = undefined;
    this.expected.value = undefined;
    this.ask({ kind: 'open', run: 'main', source, limit: null });
  }

  /** Begins a record: of the run that is shown, which then stands alone until another is opened beside it. */
  open(run: PageRun, opening: RecordOpening, offers: readonly ComparisonOffer[] = [], again?: string): void {
    batch(() => {
      this.pending.forget(run);
      this.otherFailure.value = undefined;
      const record = new RunRecord(opening);
      this.#runs[run] = { record, again };
      if (run === 'other') {
        if (this.fork.value !== undefined) this.isSwapped.value = true;
        this.#show();
        this.ask({ kind: 'difference', run });
        return;
      }
      this.#forgetOther();
      this.#show();
      this.offers.value = offers;
      this.isStart.value = false;
      this.cursor.value = 'edge';
      this.window.value = undefined;
      this.failure.value = undefined;
      this.reading.value = undefined;
      this.isCut.value = false;
      this.ahead.value = new Map();
      this.tour.value = undefined;
    });
  }

  /** The arguments of `dragon` that make the run again that was opened, whichever of the two is shown. */
  get openedAgain(): string | undefined {
    return this.#runs.main?.again;
  }

  /** Shows one of the two runs, and the other beside it. */
  showRun(run: PageRun): void {
    batch(() => {
      this.isSwapped.value = run === 'other' && this.#runs.other !== undefined;
      this.#show();
    });
  }

  /** Makes the run that is shown, with faults, and shows that one, beside the original, from the first of them on. */
  forkWith(faults: readonly Fault[], at = faults[0]?.at): void {
    const record = this.record.value;
    if (record === undefined || at === undefined) return;
    const { plan, heading, command } = record;
    // A fork of a fork has the faults of both.
    const before = new Set(faultsOf(this.#runs.main?.record.plan ?? plan).map(formatFault));
    const all = [...faultsOf(plan), ...faults].filter((fault) => !before.has(formatFault(fault)));
    batch(() => {
      this.closeOther();
      this.fork.value = all.map(faultName).join(', ');
      this.forkedAt.value = Math.min(...all.map((fault) => fault.at));
      this.cursor.value = at;
      this.sheet.value = undefined;
    });
    this.#openOther({ kind: 'fork', of: { plan, heading, command }, faults });
  }

  #openOther(source: RunSource): void {
    this.ask({ kind: 'open', run: 'other', source, limit: null });
  }

  #show(): void {
    const { main, other } = this.#runs;
    const [shown, beside] = this.isSwapped.value ? [other, main] : [main, other];
    if (this.record.value !== shown?.record) this.facts.show(this.isSwapped.value ? 'other' : 'main', shown?.record);
    this.record.value = shown?.record;
    this.again.value = shown?.again;
    this.other.value = beside?.record;
  }

  #forgetOther(): void {
    this.#runs.other = undefined;
    this.fork.value = undefined;
    this.forkedAt.value = undefined;
    this.isSwapped.value = false;
    this.difference.value = undefined;
    this.otherFailure.value = undefined;
  }

  fail(run: PageRun, why: string, again = this.again.value): void {
    if (run === 'other' && this.fork.value !== undefined) {
      this.closeOther();
      this.tell(why);
    } else if (run === 'other') this.otherFailure.value = why;
    else {
      this.failure.value = why;
      this.again.value = again;
    }
  }

  /** Opens a run beside the one that is shown, and shows both. */
  compareWith(source: RunSource): void {
    batch(() => {
      this.closeOther();
      this.sheet.value = undefined;
      this.choose('compare');
    });
    this.#openOther(source);
  }

  closeOther(): void {
    this.pending.forget('other');
    batch(() => {
      this.#forgetOther();
      this.#show();
    });
    this.ask({ kind: 'close', run: 'other' });
  }

  /** Takes in what has come since the last frame, and moves the cursor on if it plays. */
  frame(elapsedSeconds: number): void {
    batch(() => {
      const due = this.pending.due(elapsedSeconds, this.reading.value !== undefined);
      for (const { run, chunk } of due) this.#runs[run]?.record.append(chunk);
      if (due.length > 0) {
        this.revision.value += 1;
        showFinding(this);
      }
      if (this.playing.value) this.#play(elapsedSeconds);
    });
  }

  /** Reads no further in a trace. */
  stopReading(): void {
    this.ask({ kind: 'close', run: 'main' });
    this.cut('The trace was read as far as is shown here, and no further.');
  }

  /** Ends the reading of a trace where it is, with one line that says why. */
  cut(why: string): void {
    batch(() => {
      this.reading.value = undefined;
      this.isCut.value = true;
      this.tell(why);
    });
  }

  /** Returns where an agent has come to meanwhile, if the cursor is where that counts. */
  aheadOf(agent: AgentId): StateAhead | undefined {
    return this.cursor.value === 'edge' ? this.ahead.value.get(agent) : undefined;
  }

  /** Plays on from the cursor, from the beginning if it stands at the end; or stops. */
  play(isPlaying: boolean): void {
    const feed = this.feed.value;
    // At the edge it is the run itself that goes on or stands still.
    if (this.cursor.value === 'edge' && this.record.value?.end === undefined && feed?.can('pause') === true) {
      feed.send({ type: feed.pace.value?.paused === true ? 'resume' : 'pause' });
      return;
    }
    batch(() => {
      if (isPlaying && this.cursor.value === 'edge' && this.record.value?.end !== undefined) this.cursor.value = 0;
      this.playing.value = isPlaying;
    });
  }

  /** Moves the cursor by a step through the record, if there is one. */
  step(of: (record: RunRecord, t: VirtualTime) => VirtualTime | undefined): void {
    const to = this.record.value && of(this.record.value, this.t.value);
    if (to !== undefined) this.seek(to);
  }

  seek(t: VirtualTime | 'edge'): void {
    batch(() => {
      this.playing.value = false;
      this.cursor.value = t === 'edge' ? t : Math.max(0, Math.min(t, this.record.value?.edge ?? 0));
    });
  }

  tell(notice: string): void {
    if (!this.notices.value.includes(notice)) this.notices.value = [...this.notices.value, notice];
  }

  choose(stage: Stage): void {
    batch(() => {
      this.stage.value = stage;
      this.stageChosen.value = true;
    });
  }

  #play(elapsedSeconds: number): void {
    const edge = this.record.value?.edge ?? 0;
    const speed = Math.min(this.speed.value, Number.MAX_SAFE_INTEGER);
    const next = this.t.value + Math.max(1, Math.round(elapsedSeconds * speed * 1e9));
    if (next >= edge) {
      this.cursor.value = 'edge';
      this.playing.value = false;
    } else this.cursor.value = next;
  }
}
