/** The tip of a timeline: what a lane shows at a pixel, in words. */
import { type AgentId, formatDuration } from '@dragon/engine';
import { plainText, shortWait, thousands, verdictSentence } from '@dragon/report';
import { STATE_LOOKS } from '../state-look.ts';
import { instantText } from './axis-ticks.ts';
import { resourceText } from './resource-lane-drawing.ts';
import { laneBoxes, type TimelineView } from './timeline-view.ts';
import { verdictsNear } from './verdict-drawing.ts';

export interface LaneTip {
  readonly title: string;
  /** The state's whole name; empty of a resource. */
  readonly state: string;
  readonly lines: readonly string[];
  readonly agent?: AgentId | undefined;
}

/** `y`: from the top of the first lane. Returns undefined where there is nothing. */
export function laneTip(view: TimelineView, x: number, y: number): LaneTip | undefined {
  const boxes = laneBoxes(view.lanes);
  const place = boxes.findIndex((box) => y >= box.y && y < box.y + box.height);
  const [lane, box] = [view.lanes[place], boxes[place]];
  if (lane === undefined || box === undefined || x > view.axis.edgeX) return undefined;
  switch (lane.kind) {
    case 'agent':
      return agentTip(view, lane.agent, x);
    case 'other':
      return view.other && agentTip(view.other.view, lane.agent, x);
    case 'resource':
      return resourceTip(view, lane.resource, lane.title, x);
    case 'stack': {
      const row = Math.floor(((y - box.y) / box.height) * lane.agents.length);
      const agent = lane.agents[row];
      return agent === undefined ? undefined : agentTip(view, agent, x);
    }
    case 'crowd': {
      const t = view.axis.instantAt(x);
      const counts = view.crowds.of(lane.agents)?.countsAt(t) ?? [];
      const lines = STATE_LOOKS.flatMap((look, i) => (counts[i] ? [`${thousands(counts[i])} ${look}`] : []));
      return { title: lane.title, state: '', lines: [...lines, `${instantText(t)} s`] };
    }
  }
}

function agentTip(view: TimelineView, agent: AgentId, x: number): LaneTip {
  const { record, axis, faces, history, names } = view;
  const place = record.placeOf(agent);
  const lane = record.lane(place);
  const stretch = lane.stretchAt(axis.positionAt(x), axis.kind);
  // What looks and is called alike is one, whatever else changed meanwhile.
  const faceOf = (each: number) => faces.face(lane.stateOf(each, place));
  let [first, last] = [stretch, stretch];
  while (first > 0 && faceOf(first - 1) === faceOf(stretch)) first -= 1;
  while (last + 1 < lane.stretches && faceOf(last + 1) === faceOf(stretch)) last += 1;
  const [from, to] = [lane.startOf(first), lane.endOf(last)];
  const isOpen = last + 1 >= lane.stretches;
  const wait = history.waitAt(agent, from);
  const here = lane.stretchAt(axis.positionAt(Math.floor(x) + 1), axis.kind);
  return {
    agent,
    title: names.tasks.name(agent),
    state: lane.stateOf(stretch, place).text,
    lines: [
      ...(wait === undefined ? [] : [plainText(shortWait(wait.wait, names))]),
      `${instantText(from)} s${isOpen ? '' : ` to ${instantText(to)} s`}`,
      formatDuration(to - from),
      ...(here > last + 1 ? [`the first of ${here - stretch} in this pixel`] : []),
      ...verdictLines(view, agent, x),
    ],
  };
}

/** So many verdicts are told, and how many more there are. */
const MOST_VERDICTS = 2;

function verdictLines(view: TimelineView, agent: AgentId, x: number): string[] {
  const told = verdictsNear(view, agent, x);
  const lines = told.slice(0, MOST_VERDICTS).map((verdict) => plainText(verdictSentence(verdict, view.names.tasks)));
  return told.length > MOST_VERDICTS
    ? [...lines, `${thousands(told.length - MOST_VERDICTS)} more by rules here`]
    : lines;
}

function resourceTip(view: TimelineView, resource: string, title: string, x: number): LaneTip | undefined {
  const history = view.history.resources.get(resource);
  const t = view.axis.instantAt(x);
  const stretch = history?.at.lastAtMost(t) ?? -1;
  if (history === undefined || stretch < 0) return undefined;
  return { title, state: '', lines: [resourceText(view, resource, t), `${instantText(history.at.at(stretch))} s`] };
}
