/** Tests of cards: what they say of the parties of the seed's deadlock, and of what may come. */
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { Execution } from '../execution.ts';
import { ruledOutIn } from '../ruled-out-in.ts';
import { RunRecord } from '../run-record.ts';
import { type AgentCard, agentCard } from './agent-card.ts';
import { ruledOutEdges } from './agent-marks.ts';
import { ChartVisits } from './chart-visits.ts';
import { stretchesBack } from './stretches-back.ts';

const request = requestRun(readRun({ scenario: 'seed-deadlock' }));
const execution = new Execution(request.plan(), request.heading);
const record = new RunRecord(execution.opening);
while (!execution.isOver) record.append(execution.advance(10_000));

function cardOf(agent: string, t = record.edge): AgentCard {
  const place = record.placeOf(agent);
  const index = record.chartOf(record.agents[place]?.kind ?? '');
  if (index === undefined) throw new Error(`${agent} has no chart`);
  const out = ruledOutEdges(index, ruledOutIn(record.plan, agent, DEFINITIONS));
  const card = agentCard(index, stretchesBack(record, place, t), out);
  if (card === undefined) throw new Error(`${agent} has no card`);
  return card;
}

/** Each as one line: `queueingInodes, on inodesQueued > throttled > goOn, on workFlushed`. */
function line({ past, now, next, others }: AgentCard): string {
  const before = past === undefined ? '' : `${past.from.text}, ${past.by.text} > `;
  const after = next.map(({ to, by, ruledOut }) => `${to.text}, ${by.text}${ruledOut ? ` (${ruledOut.join()})` : ''}`);
  const beside = others.map(({ region, state }) => ` | ${region} ${state.text}`);
  return `${before}${now.text} > ${after.join('; ')}${beside.join('')}`;
}

test('the parties of the deadlock say where they came from, where they are, and what would have to come', () => {
  expect(['kswapd/0', 'inodegc/0', 'repair/0'].map((agent) => line(cardOf(agent)))).toMatchInlineSnapshot(`
    [
      "queueingInodes, on inodesQueued > throttled > goOn, on workFlushed",
      "lockingAgi, on bufferContended > waitingForAgi > freeing, on bufferLocked; batchDone, on bufferFailed | timer disarmed | spare idle",
      "rebuilding, after rebuild > unregisteringInTransaction > committing, on shrinkerUnregistered",
    ]
  `);
});

test('what the policy keeps an agent from comes last, and says so', () => {
  expect(line(cardOf('repair/0', 2_000_000_000))).toMatchInlineSnapshot(
    `"lockingAgf, on bufferLocked > rebuilding > unregisteringInTransaction, after rebuild; tearingDown, on killed; tearingDown, on diskFailed; tearingDown, on fsShutDown; tryingToUnregister, after rebuild (policy); committing, after rebuild (policy)"`,
  );
});

test('the time of a card is that of its state, not of what other regions do meanwhile', () => {
  const { since, others, compounds } = cardOf('inodegc/0');
  expect(others.map(({ region }) => region)).toEqual(['timer', 'spare']);
  expect(compounds).toEqual(['worker', 'running']);
  expect(since).toBeLessThan(100_000_000);
});

test('a state that is older than a card looks back has its time as the least', () => {
  const index = record.chartOf('inodegc');
  if (index === undefined) throw new Error('no chart of inodegc');
  const [place, edge] = [record.placeOf('inodegc/0'), record.edge];
  const [now] = stretchesBack(record, place, edge);
  if (now === undefined) throw new Error('no state');
  const lasting = (stretches: number) =>
    Array.from({ length: stretches }, (_, back) => ({ ...now, since: edge - back }));
  expect(agentCard(index, lasting(999), new Map())).toMatchObject({ since: edge - 998, isOlder: false });
  expect(agentCard(index, lasting(2_000), new Map())).toMatchObject({ since: edge - 999, isOlder: true });
  expect(cardOf('inodegc/0').isOlder).toBe(false);
});

test('an agent that has not moved has no past', () => {
  expect(cardOf('repair/0', 0).past).toBeUndefined();
});

test('what an agent has visited grows with time, the same whenever one asks', () => {
  const place = record.placeOf('repair/0');
  const visits = new ChartVisits(record, place);
  const late = [...visits.states(record.edge)];
  expect([...visits.states(0)]).toEqual(['starting']);
  expect(late).toContain('rebuilding');
  expect(late).not.toContain('committing');
  // One more than ways between them: a state that it only goes through, `entering`, is in no row.
  expect(visits.edges(record.edge).size).toBe(late.length);
  expect([...new ChartVisits(record, place).states(record.edge)]).toEqual(late);
});

test('what an agent took without another state for it is visited, too', () => {
  const missed = record.agents.flatMap(({ id }, place) => {
    const lane = record.lane(place);
    const ofStretches = new Set<number>();
    for (let each = 1; each < lane.stretches; each += 1)
      for (const edge of record.taken(lane.rowOf(each))) ofStretches.add(edge);
    const visited = new ChartVisits(record, place).edges(record.edge);
    return [...visited].some((edge) => !ofStretches.has(edge)) ? [id] : [];
  });
  expect(missed).toContain('inodegc/0');
});
