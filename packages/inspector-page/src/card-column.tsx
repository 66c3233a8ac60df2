/** The column of cards: a few agents, each with what it came from, is in, and may come to. */
import type { AgentId } from '@dragon/engine';
import { type AgentCard, type CardNext, type CardState, type Look, lookAt, type RunRecord } from '@dragon/inspection';
import { plainText } from '@dragon/report';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { cardAt, factSentences, namesOf, sinceWords } from './agent-view.ts';
import { closeCard, moveCard, openChart, shownCards } from './cards.ts';
import { companions, markOf } from './companions.ts';
import { LookIcon } from './look-icon.tsx';
import { useOnScreen } from './on-screen.ts';
import type { WithState } from './page-state.ts';
import { pointAt } from './pointing.ts';
import { sendNext } from './send-next.ts';
import { Words } from './words.tsx';

export function CardColumn({ state }: WithState) {
  void state.revision.value;
  const record = state.record.value;
  const cards = shownCards(state);
  return (
    <aside class="cards" aria-label="Statecharts">
      <h2 class="cards-head">
        Statecharts <span>{cards.length} open</span>
      </h2>
      <div class="card-list">
        {record !== undefined && cards.map((agent) => <Card key={agent} state={state} record={record} agent={agent} />)}
      </div>
    </aside>
  );
}

interface CardProps extends WithState {
  readonly record: RunRecord;
  readonly agent: AgentId;
}

/** What a card that is dragged is known by. */
const DRAGGED = 'application/x-dragon-agent';

function Card({ state, record, agent }: CardProps) {
  const { ref, isSeen } = useOnScreen<HTMLElement>();
  const drawn = useRef<VNode>(undefined);
  // As it was, and it asks for nothing of the run: so a card that is not seen costs nothing.
  if (!isSeen && drawn.current !== undefined) return drawn.current;
  void state.revision.value;
  const t = state.t.value;
  const ahead = state.aheadOf(agent);
  const card = cardAt(record, agent, t, state.facts.ruledOutFor(agent), ahead);
  const now = ahead ?? record.now(record.placeOf(agent), t);
  const look = lookAt(record, agent, t, now);
  const name = namesOf(record).tasks.name(agent);
  const kind = record.agents[record.placeOf(agent)]?.kind ?? '';
  const mark = markOf(state, [agent], companions(state));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') openChart(state, agent);
    else if (event.key === 'O') closeCard(state, agent);
    else return;
    event.preventDefault();
  };
  drawn.current = (
    // A card is one stop of the keyboard, and is dragged to another place.
    <article
      ref={ref}
      class={`card card-${look}`}
      aria-label={name}
      data-agent={agent}
      data-mark={mark}
      onPointerEnter={() => pointAt(state, agent)}
      onPointerLeave={() => pointAt(state, undefined)}
      tabIndex={0}
      draggable
      onKeyDown={onKeyDown}
      onClick={() => (state.selection.value = agent)}
      onDragStart={(event) => event.dataTransfer?.setData(DRAGGED, agent)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => moveCard(state, event.dataTransfer?.getData(DRAGGED) ?? '', agent)}
    >
      <header>
        <LookIcon look={look} size={14} />
        <h3>{name}</h3>
        <CompoundPath names={card === undefined || card.compounds.length === 0 ? [kind] : card.compounds} />
        {card !== undefined && (
          <span class="card-since">
            {sinceWords(now.state.look, card.since, t)}
            {card.isOlder && now.state.look !== 'exit' ? ' or longer' : ''}
          </span>
        )}
        <button
          type="button"
          class="card-open"
          title="Open the whole chart (Enter)"
          aria-label={`Open the chart of ${name}`}
          onClick={() => openChart(state, agent)}
        >
          <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
            <path d="M7 1h4v4M11 1 7 5M5 11H1V7M1 11l4-4" />
          </svg>
        </button>
      </header>
      {card === undefined ? (
        <p class="card-none">No chart.</p>
      ) : (
        <CardFlow
          card={card}
          look={look}
          onSend={(edges) => {
            state.selection.value = agent;
            sendNext(state, agent, edges);
          }}
        />
      )}
      <CardFacts state={state} record={record} agent={agent} t={t} card={card} />
    </article>
  );
  return drawn.current;
}

/** So many compounds are named; the others are in the title. */
const SHOWN_COMPOUNDS = 2;

function CompoundPath({ names }: { readonly names: readonly string[] }) {
  const shown = names.slice(0, SHOWN_COMPOUNDS).join(' › ');
  const text = names.length > SHOWN_COMPOUNDS ? `${shown} › …` : shown;
  return (
    <span class="card-path" title={names.join(' › ')}>
      {text}
    </span>
  );
}

/** So many of what may come are shown. */
const SHOWN_NEXT = 2;

interface FlowProps {
  readonly card: AgentCard;
  readonly look: Look;
  readonly onSend: (edges: readonly number[]) => void;
}

function CardFlow({ card, look, onSend }: FlowProps) {
  const { past, now, next } = card;
  const more = next.length - SHOWN_NEXT;
  return (
    <div class="card-flow">
      <div class="card-past">
        {past !== undefined && (
          <>
            <StateBox class="past" state={past.from} by={past.by.text} title={`${past.from.full}: ${past.by.full}`} />
            <Arrow />
          </>
        )}
      </div>
      <div class={`card-now look-${look}`} title={now.full}>
        <LookIcon look={look} size={12} />
        <strong>{broken(now.text)}</strong>
      </div>
      <ul class="card-next" aria-label="What may come">
        {next.slice(0, SHOWN_NEXT).map((each) => (
          <Next key={`${each.to.path} ${each.by.full}`} next={each} onSend={onSend} />
        ))}
        {more > 0 && <li class="card-more">and {more} more</li>}
      </ul>
    </div>
  );
}

function Next({
  next: { to, by, edges, ruledOut },
  onSend,
}: {
  readonly next: CardNext;
  readonly onSend: FlowProps['onSend'];
}) {
  const title = `${to.full}: ${by.full}`;
  if (ruledOut !== undefined) {
    const why = ruledOut.includes('policy') ? 'other policy' : 'not in this run';
    return (
      <li class="card-out">
        <Arrow />
        <StateBox class="out" state={to} by={why} title={`${title}; ruled out by ${ruledOut.join(', ')}`} />
      </li>
    );
  }
  return (
    <li>
      <Arrow />
      <button
        type="button"
        class="card-send"
        title={`${title}. Click: send it, in a fork of the run`}
        onClick={() => onSend(edges)}
      >
        <StateBox class="next" state={to} by={by.text} title="" />
      </button>
    </li>
  );
}

interface BoxProps {
  readonly class: string;
  readonly state: CardState;
  readonly by: string;
  readonly title: string;
}

function StateBox({ class: kind, state, by, title }: BoxProps) {
  return (
    <span class={`card-box card-box-${kind}`} title={title === '' ? undefined : title}>
      <span class="card-name">{broken(state.text)}</span>
      <span class="card-by">{broken(by)}</span>
    </span>
  );
}

const Arrow = () => (
  <svg class="card-arrow" width="18" height="10" viewBox="0 0 18 10" aria-hidden="true">
    <path d="M0 5h11" />
    <path class="tip" d="M18 5 10 1v8z" />
  </svg>
);

/** Long names may break between their words. */
function broken(name: string) {
  const words: string[] = [];
  for (const letter of name) {
    if (words.length === 0 || (letter >= 'A' && letter <= 'Z')) words.push(letter);
    else words[words.length - 1] += letter;
  }
  return words.map((word, i) => (
    <>
      {i > 0 && <wbr />}
      {word}
    </>
  ));
}

interface FactsProps extends WithState {
  readonly record: RunRecord;
  readonly agent: AgentId;
  readonly t: number;
  readonly card: AgentCard | undefined;
}

function CardFacts({ state, record, agent, t, card }: FactsProps) {
  const said = factSentences(record, agent, t);
  const others = card?.others ?? [];
  const title = [...said.map(plainText), ...others.map((other) => `${other.region} ${other.state.full}`)].join(' · ');
  return (
    <footer class="card-facts" title={title}>
      {said.map((sentence) => (
        <span key={plainText(sentence)}>
          <Words sentence={sentence} state={state} />
        </span>
      ))}
      {others.map((other) => (
        <span key={other.region}>
          {other.region} <b class="mono">{other.state.text}</b>
        </span>
      ))}
    </footer>
  );
}
