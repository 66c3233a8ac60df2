/** The words in a node of a graph of waits: who it is, what it does or wants, since when, and what else it holds. */
import { formatDuration, type VirtualTime } from '@dragon/engine';
import { cardHolds, cardWait, plainText, type ReportNames, type Sentence, shortWait } from '@dragon/report';
import { mainLeaf } from '../main-leaf.ts';
import type { RunRecord } from '../run-record.ts';
import type { Look } from '../agent-looks.ts';
import type { WaitLayout } from './wait-drawing.ts';
import { kindOfTask, type WaitNode } from './wait-graph.ts';
import { waitSentence } from './wait-sentence.ts';

export interface WaitNodeWords {
  readonly look: Look;
  /** `kswapd0`, `7 × rm` */
  readonly name: string;
  /** Several tasks are one node. */
  readonly isStack: boolean;
  /** How long it has waited; undefined if it does not wait. */
  readonly since: string | undefined;
  /** What it waits for; its state if it does not wait, or others wait for it and its arrow says the rest. */
  readonly line: string;
  readonly leaf: string;
  /** What it has that nobody waits for yet; empty of parties. */
  readonly spare: string;
  /** For whoever hears it; undefined if it does not wait. */
  readonly description: Sentence | undefined;
}

/** Returns the words of a node of `waitGraphAt(record, t)` that stands in `layout`. */
export function waitNodeWords(
  record: RunRecord,
  node: WaitNode,
  t: VirtualTime,
  names: ReportNames,
  layout: WaitLayout,
): WaitNodeWords {
  const { layers } = layout;
  const isTold = layout.curves.some(({ edge, label }) => edge.from === node.id && label !== undefined);
  const facts = record.waitsAt(t);
  const { state } = record.now(record.placeOf(node.id), t);
  const task = facts.tasks.get(node.id);
  const wait = task?.waitsFor ?? undefined;
  const since = task?.waitingSince ?? t;
  const leaf = mainLeaf(record.chartOf(state.kind), state.text);
  const count = node.agents.length;
  return {
    look: node.isFound ? 'find' : state.look,
    name: count === 1 ? names.tasks.name(node.id) : `${count} × ${stackName(node, names)}`,
    isStack: count > 1,
    since: wait && formatDuration(t - since),
    line:
      wait === undefined || (isTold && (node.isHolder || layers !== undefined))
        ? leaf
        : plainText(layers?.isDense === true ? shortWait(wait, names) : cardWait(wait, names)),
    leaf,
    spare: node.isParty || layers?.hasSpare === false ? '' : plainText(cardHolds(node.spareHolds, names)),
    description: waitSentence(record, node.id, t, names),
  };
}

/** The name that all have, or what their names begin with. */
function stackName({ agents }: WaitNode, names: ReportNames): string {
  const comms = [...new Set(agents.map((agent) => names.tasks.task(agent).comm))];
  return comms.length === 1 ? (comms[0] ?? '') : kindOfTask(comms[0] ?? '');
}
