/** Tests that a frame is, letter for letter, what @xstate/inspect itself would send of a service in that state. */
import { Engine } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { stringifyMachine, stringifyState } from '@xstate/inspect/lib/serialize.js';
import { expect, test } from 'vitest';
import { registerFrame, stateFrame } from './agent-frames.ts';
import { chartMachine } from './chart-machine.ts';
import { PLAN } from './inspector-bench.fixture.ts';
import type { AgentLook } from './watched-run.ts';

test.each([true, false])('machine and state are those of the package; with a context: %s', (withContext) => {
  const engine = new Engine({ plan: PLAN, definitions: DEFINITIONS });
  engine.run(Number.POSITIVE_INFINITY, 400);
  for (const { id, kind } of PLAN.agents) {
    const chart = DEFINITIONS.get(kind)?.chart;
    const message = { type: 'cpu.run', of: ['a "name"', null, 7] };
    const event = { at: 5, to: id, from: 'cpu/0', seq: 3, message };
    const taken = [{ source: 'asleep', target: ['awake'], by: 'cpu.run', index: 0 }];
    const saved = () => engine.inspect(id);
    const look: AgentLook = { agent: id, kind, chart, at: 5, seq: 4, name: 'a', saved, event, taken };
    const { machine, state, ...rest } = registerFrame(look, withContext);
    expect(rest).toEqual({ type: 'service.register', id, sessionId: id });
    expect(stateFrame(look, withContext)).toEqual({ type: 'service.state', state, sessionId: id });
    const definition = chartMachine(chart?.id ?? id, chart);
    expect(machine).toBe(stringifyMachine({ definition } as unknown as Parameters<typeof stringifyMachine>[0]));
    expect(state).toBe(stringifyState(JSON.parse(state) as Parameters<typeof stringifyState>[0]));
    const read = JSON.parse(state) as { readonly context: object; readonly ['_event']: object };
    expect(read['_event']).toMatchObject({ name: 'cpu.run', data: message, origin: 'cpu/0', $sim: { seq: 4, t: 5 } });
    if (!withContext) expect(read.context).toEqual({});
  }
});
