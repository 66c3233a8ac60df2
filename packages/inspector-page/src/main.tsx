/** The page's entrance: opens the run that it was given, and draws. */
import { readFragment, UpdateRate } from '@dragon/inspection';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.tsx';
import { pageBoot } from './boot.ts';
import { endDifference } from './end-difference.ts';
import { listenToFaults } from './fault-palette.tsx';
import { FeedClient } from './feed-client.ts';
import { forkRequest, recordFork } from './fork-request.ts';
import { frameLoop } from './frame-loop.ts';
import { openWorker } from './open-worker.ts';
import { listenToKeys } from './keys.ts';
import { LiveAgents } from './live-agents.ts';
import { followAddress, showLink } from './page-address.ts';
import { PageState } from './page-state.ts';
import { listenToFocus } from './panel-focus.ts';
import { listenToFiles } from './start-page.tsx';
import { showTheme } from './theme-switch.ts';
import type { Answer } from './worker-protocol.ts';

showTheme();
const worker = openWorker('run-worker');
const state = new PageState((question) => worker.postMessage(question, []));
/** What the address asks for, until the run is open. */
let link: string | undefined = location.hash.slice(1);
worker.addEventListener('message', ({ data: answer }: MessageEvent<Answer>) => {
  switch (answer.kind) {
    case 'opening':
      state.open(answer.run, answer.opening, answer.offers, answer.again);
      if (answer.run === 'other' && state.fork.value !== undefined)
        void recordFork(state, forkRequest(answer.opening, state.other.value));
      if (answer.run === 'main' && link !== undefined) showLink(state, link);
      link = undefined;
      break;
    case 'chunk':
      state.pending.add(answer.run, answer.chunk);
      break;
    case 'ruled-out':
      state.facts.takeRuledOut(answer.run, answer.agent, answer.ruledOut);
      break;
    case 'differs':
      state.tell(
        `After ${answer.events} events the run that is watched is another one than its plan makes in this page. Please report this: the same plan should give the same run.`,
      );
      break;
    case 'catalogue':
      state.catalogue.value = answer.catalogue;
      break;
    case 'difference':
      state.difference.value = answer.difference;
      break;
    case 'context':
      state.facts.takeContext(answer.run, answer);
      break;
    case 'reading':
      if (answer.run === 'main') state.reading.value = answer.share === 1 ? undefined : answer.share;
      break;
    case 'cut':
      state.cut(answer.why);
      break;
    case 'made':
      state.expected.value = answer.end;
      break;
    case 'notice':
      state.tell(answer.text);
      break;
    case 'failed':
      state.fail(answer.run, answer.why, answer.again);
      break;
  }
});

const linked = readFragment(link).run;
effect(() => {
  void state.revision.value;
  const end = state.record.value?.end;
  const expected = state.isSwapped.value ? undefined : state.expected.value;
  const difference = end && expected && endDifference(end, expected);
  if (difference !== undefined) state.tell(difference);
  if (end !== undefined && linked !== undefined && linked !== end.digest && !state.isSwapped.value)
    state.tell(`The link was made with another run: that had the digest ${linked}, and this one has ${end.digest}.`);
});
const root = document.querySelector('#page');
if (root !== null) render(<App state={state} />, root);
listenToKeys(state);
listenToFaults(state);
listenToFiles(state);
listenToFocus(state);
followAddress(state);
const liveAgents = new LiveAgents(state);
const updates = new UpdateRate();
frameLoop((elapsedSeconds) => {
  const before = state.revision.value;
  state.frame(elapsedSeconds);
  const feed = state.feed.value;
  const lag = updates.frame(performance.now(), feed?.edges ?? 0, state.revision.value !== before);
  if (feed !== undefined && feed.lag.value !== lag) feed.lag.value = lag;
  liveAgents.frame(performance.now());
});
const boot = pageBoot();
state.isStart.value = boot.kind === 'start';
if (boot.kind === 'scenario')
  state.ask({ kind: 'open', run: 'main', source: { kind: 'scenario', texts: boot.texts }, limit: null });
if (boot.kind === 'plan') {
  state.expected.value = boot.end;
  state.ask({ kind: 'open', run: 'main', source: { kind: 'plan', ...boot.run }, limit: null });
}
if (boot.kind === 'feed')
  state.feed.value = new FeedClient(
    (question) => state.ask(question),
    (end) => (state.expected.value = end),
  );
