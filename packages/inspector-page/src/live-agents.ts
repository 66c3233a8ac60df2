/**
 * The page's end of @xstate/inspect's protocol: asks the process that watches a run for the agents whose cards or chart
 * are open, shows what they have come to while the page's own execution is behind, and compares the two.
 */
import type { AgentId } from '@dragon/engine';
import {
  INSPECT_PATH,
  MOST_INSPECTED,
  readInspectFrame,
  type RunRecord,
  type StateAhead,
  stateAhead,
  StepCheck,
} from '@dragon/inspection';
import { differenceSentence } from '@dragon/report';
import { batch } from '@preact/signals';
import { namesOf } from './agent-view.ts';
import { chartAgent, shownCards } from './cards.ts';
import type { PageState } from './page-state.ts';

/** Between two looks at which cards are open, and between two tries, in milliseconds. */
const LOOK_MS = 250;
const RETRY_MS = 2_000;
/** How long the last that is said of a run may come after its end. */
const LAST_MS = 2_000;

const UNREADABLE =
  'What the process that watches the run says of its agents is in a form that this page does not know.';

export class LiveAgents {
  readonly #state: PageState;
  #check: StepCheck | undefined;
  /** The record that is checked, and how much of it was there when it was last. */
  #record: RunRecord | undefined;
  #rows = 0;
  /** Whether it is the record of the run that is watched, not of a fork of it. */
  #isWatched = false;
  #socket: WebSocket | undefined;
  /** Whom the connection is for. */
  #agents: readonly AgentId[] = [];
  #frames: string[] = [];
  #lookAtMs = 0;
  #endedMs: number | undefined;
  /** Whether a difference was told: those after it only follow from it. */
  #isTold = false;

  constructor(state: PageState) {
    this.#state = state;
  }

  /** Takes in what has come since the last frame of the page; `nowMs` as `performance.now` has it. */
  frame(nowMs: number): void {
    const state = this.#state;
    const record = state.record.value;
    if (state.feed.value === undefined || record === undefined) return;
    if (record !== this.#record) this.#begin(record);
    if (nowMs >= this.#lookAtMs) {
      this.#lookAtMs = nowMs + LOOK_MS;
      this.#follow(this.#wanted(record, nowMs), nowMs);
    }
    if (this.#frames.length === 0 && record.rows === this.#rows) return;
    this.#rows = record.rows;
    batch(() => this.#take(record));
  }

  #begin(record: RunRecord): void {
    this.#record = record;
    this.#rows = 0;
    this.#isWatched = JSON.stringify(record.plan) === JSON.stringify(this.#state.feed.value?.hello.value?.plan);
    this.#check = new StepCheck(record);
    this.#frames = [];
    this.#isTold = false;
    this.#endedMs = undefined;
    this.#close();
  }

  /** Nobody, unless the run that is shown is the one that is watched, and goes on. */
  #wanted(record: RunRecord, nowMs: number): readonly AgentId[] {
    const state = this.#state;
    const hello = state.feed.value?.hello.value;
    if (!this.#isWatched || hello?.ended !== null) return [];
    if (record.end !== undefined) {
      this.#endedMs ??= nowMs;
      return nowMs < this.#endedMs + LAST_MS ? this.#agents : [];
    }
    const onStage = state.stage.value === 'chart' ? chartAgent(state, record) : undefined;
    return [...new Set([...(onStage === undefined ? [] : [onStage]), ...shownCards(state)])]
      .slice(0, MOST_INSPECTED)
      .toSorted();
  }

  #follow(agents: readonly AgentId[], nowMs: number): void {
    const isSame = agents.join() === this.#agents.join();
    const isThere = this.#socket !== undefined && this.#socket.readyState <= WebSocket.OPEN;
    if (isSame && (isThere || agents.length === 0)) return;
    if (isSame) this.#lookAtMs = nowMs + RETRY_MS;
    this.#close();
    this.#agents = agents;
    this.#check?.keep(agents);
    if (agents.length === 0) return;
    const address = new URL(INSPECT_PATH, location.href.replace('http', 'ws'));
    address.hash = '';
    address.search = new URLSearchParams({ agents: agents.join(','), context: 'none' }).toString();
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'xstate.inspecting' })));
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#frames.push(String(data));
    });
  }

  #close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#agents = [];
    socket?.close();
  }

  #tell(notice: string): void {
    if (!this.#isTold) this.#state.tell(notice);
    this.#isTold = true;
  }

  #take(record: RunRecord): void {
    const [state, check] = [this.#state, this.#check];
    if (check === undefined) return;
    for (const text of this.#frames) {
      const step = readInspectFrame(text);
      if (step === 'unreadable') this.#tell(UNREADABLE);
      else if (step !== undefined) check.take(step);
    }
    this.#frames = [];
    const difference = check.check();
    if (difference !== undefined)
      this.#tell(differenceSentence(difference, namesOf(record).tasks.name(difference.agent)));
    const ahead = new Map<AgentId, StateAhead>();
    for (const agent of this.#agents) {
      const step = check.ahead(agent);
      const shown = step && stateAhead(record, step);
      if (shown !== undefined) ahead.set(agent, shown);
    }
    if (ahead.size > 0 || state.ahead.value.size > 0) state.ahead.value = ahead;
  }
}
