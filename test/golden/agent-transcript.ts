/**
 * Drives one agent by the text of a golden transcript, without an engine: the test is the scheduler.
 *
 *     agent inodegc inodegc/0 cpu=0
 *     closer/0 inodegc.queueInodes inodes=unlinked@0:128 caller=task
 *     timer jiffy; timer wakeWorker
 *
 * A step of input is `SENDER TYPE key=value …`, a message; or `timer NAME`, which fires the pending timer with that
 * delay; or `choose N`, which answers the oldest open choice; or `show PATH …`, which prints parts of the context; or
 * `13x STEP & STEP`, 13 times the steps. A line is one step or several in turn; `33x LINE` gives the line 33 times. Of
 * what is repeated, the effects of the last time are printed. `#` starts a comment. The output has, for each line, the
 * state that it led to, everything that was sent, armed and logged on the way, and what the facts say now where that is
 * new. Every state goes through `save` and `restore`, as in a snapshot, before the next message.
 */
import type { AgentDefinition, Effect, Facts, Json, Message } from '@dragon/engine';
import { parseDuration, type ScheduledDefinition } from '@dragon/kernel';
import { DEFAULT_POLICY, formatFields, formatValue, parseFields, wordsOf } from './message-text.ts';
import type { TranscriptCase } from './golden-transcript.ts';

interface Timer {
  readonly name: string;
  readonly message: Message;
}

const INDENT = '    ';

/** Returns what `replayTranscript` needs to replay the transcripts of these kinds of agents. */
export function agentTranscript(definitions: readonly AgentDefinition[]): (each: TranscriptCase) => string {
  return ({ command, input }) => {
    const lines = [command.join(' '), ...input].filter((line) => !line.startsWith('#'));
    const [kind, id, ...params] = wordsOf(lines[0] ?? '').slice(1);
    const definition = definitions.find((each) => each.kind === kind);
    if (definition === undefined || id === undefined) throw new Error(`'${lines[0]}' names no agent of this service`);
    const driven = new DrivenAgent(unscheduled(definition), id);
    const output = driven.start({ policy: DEFAULT_POLICY, ...parseFields(params) });
    for (const line of lines.slice(1)) output.push(...driven.give(line));
    return output.join('\n');
  };
}

/** Returns a thread's own definition, without the scheduler. */
function unscheduled(definition: AgentDefinition): AgentDefinition {
  return ((definition as Partial<ScheduledDefinition<unknown>>).unscheduled as AgentDefinition | undefined) ?? definition;
}

class DrivenAgent {
  readonly #definition: AgentDefinition;
  readonly #id: string;
  readonly #timers = new Map<string, Timer>();
  readonly #choices: string[] = [];
  #state: unknown;
  #facts: Facts = {};
  #at = 0;

  constructor(definition: AgentDefinition, id: string) {
    this.#definition = definition;
    this.#id = id;
  }

  start(params: Json): string[] {
    const step = this.#definition.init(params, this.#id);
    return this.#told('', this.#after(step.state, step.effects));
  }

  give(line: string): string[] {
    const [, times = '1', steps = line] = /^(\d+)x (.*)$/.exec(line) ?? [];
    let done: readonly string[] = [];
    for (let i = 0; i < Number(times); i += 1) done = steps.split('; ').flatMap((step) => this.#step(step));
    if (steps.split('; ').every((step) => step.startsWith('show ')))
      return [line, ...done.map((each) => INDENT + each)];
    return this.#told(`${line} `, done);
  }

  #step(text: string): string[] {
    const [, times = '1', steps = text] = /^(\d+)x (.*)$/.exec(text) ?? [];
    const parts = steps.split(' & ');
    if (times !== '1' || parts.length > 1) {
      return Array.from({ length: Number(times) }, () => parts.flatMap((part) => this.#step(part))).at(-1) ?? [];
    }
    const [first = '', ...words] = this.#clocked(wordsOf(text));
    switch (first) {
      case 'timer':
        return this.#receive(this.#takeTimer(words.join(' ')), this.#id);
      case 'choose': {
        const type = this.#choices.shift();
        if (type === undefined) throw new Error(`${this.#id} has nothing to choose`);
        return this.#receive({ type, index: Number(words[0]) }, this.#id);
      }
      case 'show':
        return [words.map((path) => `${path}=${this.#part(path)}`).join(' ')];
      default:
        return this.#receive({ type: words[0] ?? '', ...parseFields(words.slice(1)) }, first);
    }
  }

  /** Takes the time out of the words of a step. */
  #clocked(words: readonly string[]): string[] {
    const at = words.findLast((word) => word.startsWith('at='))?.slice(3);
    if (at !== undefined) this.#at = at === '0' ? 0 : parseDuration(at);
    return words.filter((word) => !word.startsWith('at='));
  }

  #receive(message: Message, from: string): string[] {
    let step: ReturnType<AgentDefinition['receive']>;
    try {
      step = this.#definition.receive(this.#state, { message, from, at: this.#at });
    } catch (error) {
      return [`error: ${error instanceof Error ? error.message : String(error)}`];
    }
    return this.#after(step.state, step.effects);
  }

  #after(state: unknown, effects: readonly Effect[]): string[] {
    this.#state = this.#definition.restore(JSON.parse(JSON.stringify(this.#definition.save(state))) as Json);
    return this.#carryOut(effects);
  }

  /** Returns the output of a line of input. */
  #told(line: string, done: readonly string[]): string[] {
    const facts = this.#definition.facts(this.#state);
    const changed = changedFacts(this.#facts, facts);
    this.#facts = facts;
    return [
      `${line}=> ${this.#definition.describe(this.#state)}`,
      ...[...done, ...changed].map((each) => INDENT + each),
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
          return [`trace ${effect.event} ${formatFields(effect.fields)}`.trimEnd()];
        case 'holdCpu':
          throw new Error(`${this.#id} asks for the CPU, but it is driven without`);
      }
    });
    return [...lines, ...[...cancelled.values()].map((name) => `cancel ${name}`)];
  }

  #takeTimer(name: string): Message {
    for (const [id, timer] of this.#timers) {
      if (timer.name !== name) continue;
      this.#timers.delete(id);
      return timer.message;
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

function describeFacts({ task, resources = [] }: Facts): Map<string, string> {
  const facts = new Map<string, string>();
  if (task !== undefined) {
    const { waitsFor, holds } = task;
    const text = waitsFor && `waits for ${waitsFor.resource} (${waitsFor.mode}) in ${waitsFor.stack[0]}`;
    facts.set('wait', text ?? 'awake');
    facts.set(
      'holds',
      `holds ${holds.map(({ resource, mode }) => `${resource} ${mode}`.trim()).join(', ') || 'nothing'}`,
    );
  }
  for (const { resource, holders, waiters } of resources) {
    if (facts.has(resource)) throw new Error(`the facts speak twice of ${resource}`);
    const queue = waiters.length > 0 ? `, awaited by ${waiters.join(', ')}` : '';
    facts.set(resource, `${resource}: held by ${holders.join(', ')}${queue}`);
  }
  return facts;
}
