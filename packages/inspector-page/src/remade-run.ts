/** The run of a trace, made again from its plan beside what was recorded: compared row by row, for what is missing. */
import type { Plan } from '@dragon/engine';
import { noFacts, type RecordChunk, type RecordedRun, type RecordEnd } from '@dragon/inspection';
import { Execution } from '@dragon/inspection/execution';
import type { TraceRecords, TraceSubject } from '@dragon/report';

export class RemadeRun {
  readonly #execution: Execution;
  readonly #plan: Plan;
  /** What the trace says already; if all, it is made for its findings alone. */
  readonly #told: RecordedRun['told'];
  readonly #states: string[] = [];
  readonly #messages: string[] = [];
  #rows = 0;

  /** Throws if this version has not all of its agents. */
  constructor(plan: Plan, { heading, command, fork }: TraceSubject, told: RecordedRun['told']) {
    this.#execution = new Execution(plan, heading, command, fork);
    this.#plan = plan;
    this.#told = told;
  }

  /**
   * Makes as many rows as were recorded next, and hands over what no row says. Returns the number of the first row that
   * is another one, counted from 1; undefined if there is none.
   */
  take({ rows }: TraceRecords, edge: number, tell: (chunk: RecordChunk) => void): number | undefined {
    const made = this.#execution.advance(rows.at.length);
    this.#states.push(...made.newStates.map(({ text }) => text));
    this.#messages.push(...made.newMessages);
    let now = 0;
    for (let row = 0; row < rows.at.length; row += 1) {
      now += rows.at[row] ?? 0;
      const isSame =
        made.at[row] === now &&
        this.#idOf(made.to[row]) === rows.agents[rows.to[row] ?? -1] &&
        this.#idOf(made.from[row]) === rows.agents[rows.from[row] ?? -1] &&
        this.#states[made.state[row] ?? -1] === rows.states[rows.state[row] ?? -1] &&
        this.#messages[made.message[row] ?? -1] === rows.shapes[rows.shape[row] ?? -1]?.[0];
      if (!isSame) return this.#rows + row + 1;
    }
    this.#rows += rows.at.length;
    this.#tell(made, edge, tell);
    return undefined;
  }

  /** Makes the rest, which is nothing of a run that was recorded whole; returns how it ended. */
  finish(edge: number, tell: (chunk: RecordChunk) => void): RecordEnd | undefined {
    const made = this.#execution.advance(1);
    this.#tell(made, edge, tell);
    return made.end;
  }

  #idOf(place: number | undefined): string | undefined {
    return this.#plan.agents[place ?? -1]?.id;
  }

  #tell({ facts, census, findings, stories, steps }: RecordChunk, edge: number, tell: (chunk: RecordChunk) => void) {
    tell({
      at: new Float64Array(),
      to: new Uint32Array(),
      from: new Uint32Array(),
      state: new Uint32Array(),
      message: new Uint32Array(),
      newStates: [],
      newMessages: [],
      facts: this.#told.facts ? noFacts() : facts,
      census: this.#told.census ? [] : census,
      // A trace has them where there are any.
      verdicts: [],
      findings: this.#told.facts ? findings.filter(({ kind }) => kind === 'oom') : findings,
      stories,
      steps,
      edge,
    });
  }
}
