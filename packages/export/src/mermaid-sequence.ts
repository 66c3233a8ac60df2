/**
 * A piece of a run as a sequence diagram in Mermaid's language, which forges and wikis draw: some agents, their
 * messages with each other, the states that they enter, and what they wait for. Before each stand seconds and
 * microseconds of virtual time, as in a kernel's log.
 */
import { type AgentId, type FactsChange, formatSeconds, NEVER, type Row, type VirtualTime } from '@dragon/engine';
import { ResourceNames, TaskNames, thousands } from '@dragon/report';
import { mermaidText, messageWords } from './mermaid-text.ts';
import type { TracedRun } from './perfetto-trace.ts';

export interface MermaidSelection {
  /** From left to right, at least one. */
  readonly agents: readonly AgentId[];
  /** The first instant, and the first that does not belong to it any more, or `NEVER`. */
  readonly from: VirtualTime;
  readonly to: VirtualTime;
}

/** Nobody follows more arrows; and Mermaid refuses a text of more than 50,000 characters. */
const MOST_MESSAGES = 200;
const MOST_CHARACTERS = 48_000;
const LONGEST_WORDS = 80;

export class MermaidSequence {
  readonly #selection: MermaidSelection;
  readonly #resources: ResourceNames;
  /** What the diagram calls each agent: words that mean nothing in its language. */
  readonly #aliases: ReadonlyMap<AgentId, string>;
  readonly #lines: string[];
  readonly #states = new Map<AgentId, string>();
  readonly #waits = new Map<AgentId, string>();
  /** Messages without an answer so far: what comes back the same way is the answer. */
  readonly #asked = new Set<string>();
  #isEmpty = true;
  #characters = 0;
  #messages = 0;
  #leftOut = 0;

  constructor({ heading, plan }: TracedRun, selection: MermaidSelection) {
    const names = new TaskNames(plan);
    this.#selection = selection;
    this.#resources = new ResourceNames(plan);
    this.#aliases = new Map(selection.agents.map((agent, i) => [agent, `a${i}`]));
    this.#lines = [
      'sequenceDiagram',
      ...[...this.#aliases].map(([agent, alias]) => `participant ${alias} as ${mermaidText(names.name(agent))}`),
      `${this.#everybody()}: ${mermaidText(heading)}`,
    ];
  }

  /** Takes the next row, in the order of the trace. */
  row({ at, from, to, message, state }: Row): void {
    const receiver = this.#aliases.get(to);
    if (receiver === undefined) return;
    const hasEntered = this.#states.get(to) !== state;
    this.#states.set(to, state);
    const sender = from === to ? undefined : this.#aliases.get(from);
    const arrow = sender === undefined ? '' : this.#arrow(sender, receiver);
    if (!this.#isSelected(at)) return;
    if (sender !== undefined) {
      this.#show(at, `${sender}${arrow}${receiver}`, messageWords(message));
      this.#messages += 1;
    }
    if (hasEntered) this.#show(at, `Note over ${receiver}`, state);
  }

  /** Takes a change of what an agent waits for. */
  facts({ at, agent, facts }: FactsChange): void {
    const alias = this.#aliases.get(agent);
    if (alias === undefined) return;
    const wait = facts.task?.waitsFor;
    const words = wait ? `waits for ${this.#resources.wait(wait)}` : '';
    if ((this.#waits.get(agent) ?? '') === words) return;
    this.#waits.set(agent, words);
    if (words !== '' && this.#isSelected(at)) this.#show(at, `Note over ${alias}`, words);
  }

  /** Returns the diagram; its last line says how much is not in it. */
  text(): string {
    const { from, to } = this.#selection;
    const all = this.#everybody();
    const until = to === NEVER ? 'on' : `to ${formatSeconds(to)} s`;
    if (this.#isEmpty) return lines([...this.#lines, `${all}: nothing from ${formatSeconds(from)} s ${until}`]);
    const more = this.#leftOut === 0 ? [] : [`${all}: and ${thousands(this.#leftOut)} more messages and notes`];
    return lines([...this.#lines, ...more]);
  }

  #isSelected(at: VirtualTime): boolean {
    return at >= this.#selection.from && at < this.#selection.to;
  }

  #arrow(sender: string, receiver: string): string {
    if (this.#asked.delete(`${receiver} ${sender}`)) return '-->>';
    this.#asked.add(`${sender} ${receiver}`);
    return '->>';
  }

  #show(at: VirtualTime, place: string, words: string): void {
    this.#isEmpty = false;
    const clipped = words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS)}...` : words;
    const line = `${place}: ${formatSeconds(at).slice(0, -3)} ${mermaidText(clipped)}`;
    if (this.#leftOut > 0 || this.#messages >= MOST_MESSAGES || this.#characters + line.length > MOST_CHARACTERS) {
      this.#leftOut += 1;
      return;
    }
    this.#characters += line.length;
    this.#lines.push(line);
  }

  #everybody(): string {
    const last = this.#selection.agents.length - 1;
    return `Note over a0${last > 0 ? `,a${last}` : ''}`;
  }
}

const lines = (list: readonly string[]): string => `${list.join('\n')}\n`;
