/**
 * Runs the windows of a federate: each is granted once, run when every frame it needs is here, and reported as often as
 * it is asked for.
 */
import type { Arrival, Packed } from './channel.ts';
import { wrongFrame } from './federation-error.ts';
import type { Body, Frame } from './frame.ts';
import type { HostedEngine } from './hosted-engine.ts';
import type { Tag } from './seal.ts';

/** How often frames are asked for again before one that comes instead of them is trouble. */
const PATIENCE = 5;
/** How many granted windows are remembered. A grant that is late is late by a few. */
const REMEMBERED = 64;

export interface WindowRunnerOptions {
  readonly engine: HostedEngine;
  /** Says something to the coordinator. */
  readonly tell: (body: Body) => void;
  /** Packs what is to be said to the coordinator. */
  readonly pack: (body: Body) => Packed;
  readonly post: (packed: Packed) => void;
  /** Asks a federate for frames that did not arrive. */
  readonly askFor: (federate: string, seqs: number[]) => void;
  /** How often what is missing is asked for again, in milliseconds. */
  readonly repeatMs: number;
  /** Called with trouble that ends the run. */
  readonly onError: (error: unknown) => void;
  /** Whether reports are kept until they are forgotten: of a run whose coordinator may ask for them again. */
  readonly keepsReports: boolean;
  readonly saved?: SavedWindows | undefined;
}

/** The last window that was run, and how many there were, as data. Its report has arrived. */
export interface SavedWindows {
  readonly window: number;
  readonly count: number;
}

export class WindowRunner {
  /** Windows run so far. */
  count: number;
  readonly #options: WindowRunnerOptions;
  /** The last window that was granted. */
  #window: number;
  /** Its grant, until it has been run. */
  #grant: Frame<'grant'> | undefined;
  /** By window: of the last one, once it has been run, and of earlier ones that may be asked for again. */
  readonly #reports = new Map<number, Packed>();
  /** The tags of the last grants, by window. */
  readonly #granted = new Map<number, Tag>();
  /** How often the granted window's frames were asked for. */
  #asked = 0;
  #running = false;
  #repeat: NodeJS.Timeout | undefined;

  constructor(options: WindowRunnerOptions) {
    this.#options = options;
    const { window = 0, count = 0 } = options.saved ?? {};
    this.#window = window;
    this.count = count;
  }

  /** The last window that was granted. */
  get window(): number {
    return this.#window;
  }

  /** Whether this was the last window, and it has been run. */
  isAfter(window: number): boolean {
    return window === this.#window && this.#grant === undefined;
  }

  /** To be called between two windows. */
  save(): SavedWindows {
    return { window: this.#window, count: this.count };
  }

  /** Forgets the reports of earlier windows up to this one. */
  forget(window: number): void {
    for (const each of this.#reports.keys()) if (each <= window && each < this.#window) this.#reports.delete(each);
  }

  /**
   * Grants are numbered: the next one runs, the present one again asks for its report, an older one is late, or of a
   * coordinator that was started again. One that is not the next was for a process in whose place we are. Throws
   * `wrong-frame` for a second one with the same number, or one that came too late to be true.
   */
  onGrant(frame: Frame<'grant'>, { tag }: Arrival): void {
    const { engine, keepsReports } = this.#options;
    if (frame.window <= this.#window) {
      this.#expectKnown(frame.window, tag);
      this.#repeatReport(frame);
    } else if (frame.after === this.#window && this.#grant === undefined && engine.fault === undefined) {
      this.#remember(frame.window, tag);
      if (!keepsReports) this.#reports.clear();
      this.#window = frame.window;
      this.#grant = frame;
      this.#asked = 0;
      for (const { name, seq } of frame.acked) engine.outbox.acknowledge(name, seq);
      engine.inbox.expect(frame.expect);
      this.retry();
    }
  }

  onEvents({ from, seq, events }: Frame<'events'>, { tag, bytes }: Arrival): void {
    if (this.#options.engine.inbox.accept({ from, seq, tag, events, bytes })) this.retry();
  }

  /** Runs the granted window if it waits and everything it needs is here, else asks for what is not. */
  retry(): void {
    const { engine, askFor, pack, post } = this.#options;
    const grant = this.#grant;
    if (grant === undefined || this.#running) return;
    const missing = engine.inbox.missing();
    for (const { name, seqs } of missing) askFor(name, seqs);
    this.stop();
    if (missing.length > 0) {
      this.#repeat = setTimeout(() => this.#askAgain(), this.#options.repeatMs);
      return;
    }
    this.#running = true;
    this.count += 1;
    engine.run(grant.window, grant.lbts, (report) => {
      this.#running = false;
      this.#grant = undefined;
      const packed = pack(report);
      this.#reports.set(grant.window, packed);
      post(packed);
    });
  }

  /** Asks for nothing more. */
  stop(): void {
    clearTimeout(this.#repeat);
  }

  #askAgain(): void {
    this.#asked += 1;
    try {
      if (this.#asked >= PATIENCE) this.#options.engine.inbox.giveUpWrong();
      this.retry();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #remember(window: number, tag: Tag): void {
    this.#granted.set(window, tag);
    for (const oldest of this.#granted.keys()) {
      if (this.#granted.size <= REMEMBERED) break;
      this.#granted.delete(oldest);
    }
  }

  #expectKnown(window: number, tag: Tag): void {
    if (this.#granted.get(window) === tag) return;
    const [oldest = this.#window + 1] = this.#granted.keys();
    if (window >= oldest)
      throw wrongFrame('coordinator', `granted window ${window} in two ways: somebody else speaks in its name`);
  }

  #repeatReport({ window }: Frame<'grant'>): void {
    const { engine, tell, post } = this.#options;
    const report = this.#reports.get(window);
    if (report !== undefined) post(report);
    else if (this.#grant?.window === window)
      tell({ kind: 'busy', window, missing: this.#running ? [] : engine.inbox.missing() });
  }
}
