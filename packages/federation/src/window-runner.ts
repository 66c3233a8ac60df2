/**
 * Runs the windows of a federate: each is granted once, run when every frame it needs is here, and reported as often as
 * it is asked for.
 */
import type { Body, Frame } from './frame.ts';
import type { HostedEngine } from './hosted-engine.ts';

export interface WindowRunnerOptions {
  readonly engine: HostedEngine;
  /** Says something to the coordinator. */
  readonly tell: (body: Body) => void;
  readonly pack: (body: Body) => Uint8Array[];
  /** Says to the coordinator what was packed. */
  readonly post: (messages: readonly Uint8Array[]) => void;
  /** Asks a federate for frames that did not arrive. */
  readonly askFor: (federate: string, seqs: number[]) => void;
  /** How often what is missing is asked for again, in milliseconds. */
  readonly repeatMs: number;
}

export class WindowRunner {
  /** Windows run so far. */
  count = 0;
  readonly #options: WindowRunnerOptions;
  #grant: Frame<'grant'> | undefined;
  /** The report of the granted window, once there is one. */
  #report: Uint8Array[] | undefined;
  #running = false;
  #repeat: NodeJS.Timeout | undefined;

  constructor(options: WindowRunnerOptions) {
    this.#options = options;
  }

  /**
   * Grants are numbered: the next one runs, the present one again asks for its report, an older one is late.
   */
  onGrant(frame: Frame<'grant'>): void {
    const { engine } = this.#options;
    const window = this.#grant?.window ?? 0;
    if (frame.window === window) {
      this.#repeatReport(frame);
    } else if (frame.window > window && engine.fault === undefined) {
      this.#grant = frame;
      this.#report = undefined;
      for (const { name, seq } of frame.acked) engine.outbox.acknowledge(name, seq);
      this.retry();
    }
  }

  onEvents(frame: Frame<'events'>): void {
    if (this.#options.engine.inbox.accept(frame.from, frame.seq, frame.events)) this.retry();
  }

  /** Runs the granted window if it waits and everything it needs is here, else asks for what is not. */
  retry(): void {
    const { engine, askFor, pack, post } = this.#options;
    const grant = this.#grant;
    if (grant === undefined || this.#running || this.#report !== undefined) return;
    const missing = engine.inbox.missing(grant.expect);
    for (const { name, seqs } of missing) askFor(name, seqs);
    this.stop();
    if (missing.length > 0) {
      this.#repeat = setTimeout(() => this.retry(), this.#options.repeatMs);
      return;
    }
    this.#running = true;
    this.count += 1;
    engine.run(grant.window, grant.lbts, (report) => {
      this.#running = false;
      this.#report = pack(report);
      post(this.#report);
    });
  }

  /** Asks for nothing more. */
  stop(): void {
    clearTimeout(this.#repeat);
  }

  #repeatReport({ window, expect }: Frame<'grant'>): void {
    const { engine, tell, post } = this.#options;
    if (this.#report !== undefined) post(this.#report);
    else tell({ kind: 'busy', window, missing: this.#running ? [] : engine.inbox.missing(expect) });
  }
}
