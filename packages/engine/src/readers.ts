/** Observers that hand on one thing each: rows, changes of facts, lines of the log, tracepoints. */
import type { TraceFields } from './agent.ts';
import type { AgentId } from './event.ts';
import type { FactsChange } from './facts.ts';
import type { Observer } from './observer.ts';
import { type Row, rowOf } from './row.ts';
import type { VirtualTime } from './time.ts';

/** A line of the simulated machine's log. */
export interface LogLine {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly text: string;
}

/** A tracepoint of the simulated machine that an agent hit. */
export interface TraceHit {
  readonly at: VirtualTime;
  readonly agent: AgentId;
  readonly event: string;
  readonly fields: TraceFields;
}

/** Returns an observer that calls `onRow` with the row of each event. */
export function rowReader(onRow: (row: Row) => void): Observer {
  return {
    see: (seen) => {
      if (seen.event !== undefined) onRow(rowOf(seen));
    },
  };
}

/** Returns an observer that calls `onChange` when an agent says something else of its waits and locks than before. */
export function factsReader(onChange: (change: FactsChange) => void): Observer {
  return {
    attached: (agents) => {
      for (const { at, agent, definition, state } of agents) {
        const { task, resources } = definition.facts(state);
        if (task !== undefined || resources !== undefined) onChange({ at, agent, facts: { task, resources } });
      }
    },
    see: ({ at, agent, definition, event, before, after }) => {
      if (before === after) return;
      const facts = definition.facts(after);
      const known = event === undefined ? NO_FACTS : definition.facts(before);
      if (facts.task === known.task && facts.resources === known.resources) return;
      onChange({ at, agent, facts: { task: facts.task, resources: facts.resources } });
    },
  };
}

const NO_FACTS: FactsChange['facts'] = {};

/** Returns an observer that calls `onLine` with every line of the simulated machine's log. */
export function logReader(onLine: (line: LogLine) => void): Observer {
  return {
    see: ({ at, agent, effects }) => {
      for (const effect of effects) if (effect.kind === 'log') onLine({ at, agent, text: effect.text });
    },
  };
}

/** Returns an observer that calls `onHit` with every tracepoint that is hit, or with those of the names given. */
export function hitReader(onHit: (hit: TraceHit) => void, events?: ReadonlySet<string>): Observer {
  return {
    see: ({ at, agent, effects }) => {
      for (const effect of effects) {
        if (effect.kind !== 'trace' || events?.has(effect.event) === false) continue;
        onHit({ at, agent, event: effect.event, fields: effect.fields });
      }
    },
  };
}
