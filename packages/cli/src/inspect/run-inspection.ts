/** The inspection of a run that this command makes: opened before the run begins, and there until Ctrl-C. */
import type { LocalRun, Plan } from '@dragon/engine';
import { EmbeddedRun } from '@dragon/inspector';
import type { TraceSubject } from '@dragon/report';
import { pageFolder } from '../bundle/page-folder.ts';
import type { CommandContext } from '../command-context.ts';
import { openInspection, sayAddress, type ShownOptions, untilStopped } from './inspection.ts';
import { type InspectorProcessOptions, startInspectorProcess } from './inspector-process.ts';

/** A page asked to end the run: no failure, and no result either. */
class StoppedFromPage extends Error {
  override readonly name = 'StoppedFromPage';
}

export interface RunInspectionOptions extends ShownOptions {
  readonly paused: boolean;
  /** Virtual seconds per second; Infinity: as fast as the machine can. */
  readonly speed: number;
}

/** Advances a run to its end. */
export type Drive = (
  run: LocalRun,
  options: { readonly signal: AbortSignal; readonly onProgress?: ((at: number, events: number) => void) | undefined },
) => Promise<void>;

export class RunInspection {
  readonly options: RunInspectionOptions;
  readonly #subject: TraceSubject;
  readonly #context: CommandContext;
  readonly #stopping = new AbortController();
  #opened:
    | { readonly address: string; readonly runIsOver?: () => void; readonly close: () => Promise<void> }
    | undefined;

  constructor(subject: TraceSubject, options: RunInspectionOptions, context: CommandContext) {
    this.#subject = subject;
    this.options = options;
    this.#context = context;
  }

  /** Aborted with `StoppedFromPage` when a page asks to end the run. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Opens the inspector for a run in this process. Returns what advances it. */
  async openHere(plan: Plan): Promise<Drive> {
    const { paused, speed } = this.options;
    const onError = (error: unknown) => this.#context.terminal.note(`dragon: the inspector: ${String(error)}`);
    const onStop = () => this.#stopping.abort(new StoppedFromPage('the run was stopped from its page'));
    const run = new EmbeddedRun({ subject: this.#subject, plan, paused, speed, onStop, onError });
    const inspector = await openInspection({ run }, this.options, this.#context);
    this.#opened = inspector;
    return (local, options) => run.drive(local, options);
  }

  /** Opens the inspector in a process of its own, for a federation that is about to begin. */
  async openBeside(federation: Pick<InspectorProcessOptions, 'run' | 'key' | 'address'>): Promise<void> {
    const { terminal, env } = this.#context;
    const page = await pageFolder((text) => terminal.note(`dragon: ${text}`));
    const { port } = this.options;
    const onNotice = (text: string) => terminal.note(text);
    const inspector = await startInspectorProcess({ ...federation, port, page, env, onNotice });
    const { address } = inspector;
    this.#opened = { address, runIsOver: () => inspector.runIsOver(), close: () => inspector.stop() };
    sayAddress(address, this.options, this.#context);
  }

  /** Resolves at Ctrl-C, when the inspector is closed. */
  async stay(): Promise<void> {
    this.#opened?.runIsOver?.();
    if (this.#opened !== undefined) await untilStopped(this.#opened.address, this.#context);
    await this.close();
  }

  async close(): Promise<void> {
    await this.#opened?.close();
    this.#opened = undefined;
  }
}
