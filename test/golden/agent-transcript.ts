/**
 * Drives one agent by the text of a golden transcript, without an engine: the test is the scheduler.
 *
 *     agent inodegc inodegc/0 cpu=0
 *     ----
 *     timer.disarmed worker.idle
 *
 *     closer/0 inodegc.queueInodes inodes=unlinked@0:128 caller=task
 *     timer jiffy
 *     ----
 *     timer.disarmed worker.starting
 *         closer/0 <- task.inodesQueued count=1 throttle=false
 *
 * A line of input is a step: `SENDER TYPE key=value …`, a message; or `timer NAME`, which fires the pending timer with
 * that delay; or `choose N`, which answers the oldest open choice; or `show PATH …`, which prints parts of the context;
 * or `trace on`, from which on tracepoints are printed, until the next agent or `trace off`; or the NAME of steps that
 * `let` has named. `13x STEP` is 13 times the step, and prints the effects of the last time. The output has the state
 * that the steps led to, everything that was sent, armed and logged on the way, and what the facts say now where that
 * is new. Every state goes through `save` and `restore`, as in a snapshot, before the next message.
 *
 * `chart KIND` instead of an agent prints the chart of that kind, as `chartText` has it.
 */
import type { AgentDefinition, Effect, Facts, Json, Message } from '@dragon/engine';
import { functionOf, parseDuration, type ScheduledDefinition, waitIn } from '@dragon/kernel';
import { chartText } from './chart-text.ts';
import { type InputLine, type TranscriptCase, wrappedLine } from './golden-transcript.ts';
import { DEFAULT_POLICY, formatFields, formatValue, parseFields, wordsOf } from './message-text.ts';

type Named = TranscriptCase['named'];

interface Timer {
  readonly name: string;
  readonly message: Message;
}

const INDENT = '    ';

/** Returns what `replayTranscript` needs to replay the transcripts of these kinds of agents. */
export function agentTranscript(definitions: readonly AgentDefinition[]): (each: TranscriptCase) => string {
  let driven: DrivenAgent | undefined;
  return ({ command, place, input, named }) => {
    const first = { text: command.join(' '), place };
    const [verb] = command;
    if (verb === 'chart') return located(place, () => chartNamed(definitions, first.text)).join('\n');
    const begins = verb === 'agent';
    if (begins) driven = located(place, () => agentNamed(definitions, first.text));
    if (driven === undefined) throw new Error(`${place}: '${first.text}' comes before any agent`);
    const begun = begins ? driven.begun : driven.give(first, named);
    const agent = driven;
    return agent.told([...begun, ...input.flatMap((line) => agent.give(line, named))]).join('\n');
  };
}

/** Returns the lines of the chart that `chart KIND` names. */
function chartNamed(definitions: readonly AgentDefinition[], line: string): string[] {
  const [kind] = wordsOf(line).slice(1);
  const chart = definitions.find((each) => each.kind === kind)?.chart;
  if (chart === undefined) throw new Error(`'${line}' names no agent of this service that has a chart`);
  return chartText(chart);
}

/** Returns the agent that `agent KIND ID key=value …` names. */
function agentNamed(definitions: readonly AgentDefinition[], line: string): DrivenAgent {
  const [kind, id, ...params] = wordsOf(line).slice(1);
  const definition = definitions.find((each) => each.kind === kind);
  if (definition === undefined || id === undefined) throw new Error(`'${line}' names no agent of this service`);
  return new DrivenAgent(unscheduled(definition), id, { policy: DEFAULT_POLICY, ...parseFields(params) });
}

/** Returns what `read` returns; its errors say which line they are about. */
function located<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Returns a thread's own definition, without the scheduler. */
function unscheduled(definition: AgentDefinition): AgentDefinition {
  return ((definition as unknown as Partial<ScheduledDefinition>).inner as AgentDefinition | undefined) ?? definition;
}

class DrivenAgent {
  readonly #definition: AgentDefinition;
  readonly #id: string;
  readonly #timers = new Map<string, Timer>();
  readonly #choices: string[] = [];
  #state: unknown;
  #facts: Facts = {};
  #at = 0;
  #tracing = false;
  /** The effects that it began with. */
  readonly begun: readonly string[];

  constructor(definition: AgentDefinition, id: string, params: Json) {
    this.#definition = definition;
    this.#id = id;
    const step = definition.init(params, id);
    this.begun = this.#after(step.state, step.effects);
  }

  /** Returns the effects of a line of input. */
  give({ text, place }: InputLine, named: Named): string[] {
    const lines = named.get(text);
    if (lines !== undefined) {
      const others = new Map([...named].filter(([name]) => name !== text));
      return lines.flatMap((line) => this.give(line, others));
    }
    const words = wordsOf(text);
    const times = timesOf(words[0] ?? '');
    if (times !== undefined) {
      const once = { text: text.slice(text.indexOf(' ') + 1), place };
      return Array.from({ length: times }, () => this.give(once, named)).at(-1) ?? [];
    }
    return located(place, () => this.#step(this.#clocked(words)));
  }

  #step([first = '', ...words]: readonly string[]): string[] {
    switch (first) {
      case 'timer':
        {
        const [timer, message] = this.#takeTimer(words.join(' '));
        return this.#receive(message, this.#id, timer);
      }
      case 'choose': {
        const type = this.#choices.shift();
        if (type === undefined) throw new Error(`${this.#id} has nothing to choose`);
        return this.#receive({ type, index: Number(words[0]) }, this.#id);
      }
      case 'show':
        return [words.map((path) => `${path}=${this.#part(path)}`).join(' ')];
      case 'trace':
        if (words[0] !== 'on' && words[0] !== 'off') throw new Error(`'trace' is on or off, not '${words.join(' ')}'`);
        this.#tracing = words[0] === 'on';
        return [];
      default: {
        const [type, ...fields] = words;
        if (type === undefined) throw new Error(`'${first}' is no step, and no name for steps`);
        return this.#receive({ type, ...parseFields(fields) }, first);
      }
    }
  }

  /** Takes the time out of the words of a step. */
  #clocked(words: readonly string[]): string[] {
    const at = words.findLast((word) => word.startsWith('at='))?.slice(3);
    if (at !== undefined) this.#at = at === '0' ? 0 : parseDuration(at);
    return words.filter((word) => !word.startsWith('at='));
  }

  #receive(message: Message, from: string, timer?: string): string[] {
    let step: ReturnType<AgentDefinition['receive']>;
    try {
      step = this.#definition.receive(this.#state, { message, from, at: this.#at, timer });
    } catch (error) {
      return [`error: ${error instanceof Error ? error.message : String(error)}`];
    }
    return this.#after(step.state, step.effects);
  }

  #after(state: unknown, effects: readonly Effect[]): string[] {
    this.#state = this.#definition.restore(JSON.parse(JSON.stringify(this.#definition.save(state))) as Json);
    return this.#carryOut(effects);
  }

  /** Returns the output of steps that had these effects. */
  told(done: readonly string[]): string[] {
    const facts = this.#definition.facts(this.#state);
    const changed = changedFacts(this.#facts, facts);
    this.#facts = facts;
    return [
      ...wrappedLine(this.#definition.describe(this.#state), INDENT),
      ...[...done, ...changed].flatMap((each) => wrappedLine(INDENT + each, INDENT.repeat(2))),
    ];
  }

  #carryOut(effects: readonly Effect[]): string[] {
    const cancelled = new Map<string, string>();
    const lines = effects.flatMap((effect) => {
      switch (effect.kind) {
        case 'send': {
          const { type, ...fields } = effect.message;
          return [`${effect.to} <- ${type} ${formatFields(fields)}`.trimEnd()];
        }
        case 'setTimer': {
          const { name, times = 1 } = effect.delay;
          const again = cancelled.delete(effect.timer) || this.#timers.has(effect.timer);
          this.#timers.set(effect.timer, { name, message: effect.message });
          return [`${again ? 're-arm' : 'arm'} ${name}${times === 1 ? '' : ` x${times}`}`];
        }
        case 'cancelTimer': {
          const timer = this.#timers.get(effect.timer);
          if (timer !== undefined) cancelled.set(effect.timer, timer.name);
          this.#timers.delete(effect.timer);
          return [];
        }
        case 'choose':
          this.#choices.push(effect.type);
          return [`choose ${effect.type} of ${effect.options}`];
        case 'log':
          return [`log ${effect.text}`];
        case 'trace':
          if (!this.#tracing) return [];
          return [`trace ${effect.event} ${formatFields(effect.fields)}`.trimEnd()];
        case 'pauseTimers':
        case 'resumeTimers':
          throw new Error(`${this.#id} asks for the CPU, but it is driven without`);
      }
    });
    return [...lines, ...[...cancelled.values()].map((name) => `cancel ${name}`)];
  }

  #takeTimer(name: string): readonly [timer: string, message: Message] {
    for (const [id, timer] of this.#timers) {
      if (timer.name !== name) continue;
      this.#timers.delete(id);
      return [id, timer.message];
    }
    const pending = [...this.#timers.values()].map((timer) => timer.name).join(', ') || 'none';
    throw new Error(`${this.#id} has no pending timer ${name}; pending: ${pending}`);
  }

  #part(path: string): string {
    const { context } = this.#definition.save(this.#state) as { context: Json };
    const keys = path.split('.');
    const value = keys.reduce<Json | undefined>(
      (part, key) => (part as { readonly [key: string]: Json } | undefined)?.[key],
      context,
    );
    if (value === undefined) throw new Error(`the context of ${this.#id} has no ${path}`);
    return formatValue(keys.at(-1) ?? '', value);
  }
}

/** Returns the 13 of `13x`. */
function timesOf(word: string): number | undefined {
  const times = word.endsWith('x') ? Number(word.slice(0, -1)) : Number.NaN;
  return times > 0 ? times : undefined;
}

/** Returns a line for each part of the facts that reads differently. */
function changedFacts(before: Facts, after: Facts): string[] {
  const [old, now] = [describeFacts(before), describeFacts(after)];
  const changed = [...now]
    .filter(([what, text]) => (old.get(what) ?? AT_START.get(what)) !== text)
    .map(([, text]) => text);
  const gone = [...old.keys()].filter((what) => !now.has(what)).map((what) => `${what}: free`);
  return [...changed, ...gone];
}

/** What need not be said of a thread that has said nothing yet. */
const AT_START: ReadonlyMap<string, string> = new Map([
  ['wait', 'awake'],
  ['holds', 'holds nothing'],
]);

/** The function that made the thread sleep, below those of the scheduler and of the lock. */
const siteOf = (stack: readonly string[]): string => waitIn(stack.map(functionOf))?.site ?? stack[0] ?? 'nowhere';

function describeFacts({ task, resources = [] }: Facts): Map<string, string> {
  const facts = new Map<string, string>();
  if (task !== undefined) {
    const { waitsFor, holds } = task;
    const text = waitsFor && `waits for ${waitsFor.resource} (${waitsFor.mode}) in ${siteOf(waitsFor.stack)}`;
    facts.set('wait', text ?? 'awake');
    facts.set(
      'holds',
      `holds ${holds.map(({ resource, mode }) => `${resource} ${mode}`.trim()).join(', ') || 'nothing'}`,
    );
  }
  for (const { resource, holders, waiters } of resources) {
    if (facts.has(resource)) throw new Error(`the facts speak twice of ${resource}`);
    const waiting = waiters.flat().map(({ task: waiter }) => waiter);
    const queue = waiting.length > 0 ? `, awaited by ${waiting.join(', ')}` : '';
    facts.set(resource, `${resource}: held by ${holders.flat().join(', ')}${queue}`);
  }
  return facts;
}
