/** The stage that compares two runs: where they part, and what each of them came to. */
import {
  mainLeaf,
  type RunFigures,
  type RunRecord,
  runChips,
  runFigures,
  STATE_LOOKS,
  type TimeDifference,
  timeDifferences,
  WAIT_STEPS,
  type WaitLengths,
  waitLengths,
} from '@dragon/inspection';
import { formatDuration, formatSeconds, type Json, type Row } from '@dragon/engine';
import {
  andMore,
  comparedSpan,
  differenceText,
  divergenceText,
  fieldText,
  gravestStory,
  lengthRange,
  plainText,
  QUANTILES,
  rowText,
  thousands,
  timeChange,
  TWO_LANES,
  UNMATCHED,
} from '@dragon/report';
import { useMemo } from 'preact/hooks';
import { namesOf } from './agent-view.ts';
import { ComparisonOffers } from './comparison-offers.tsx';
import { LookIcon } from './look-icon.tsx';
import { shownDifference } from './shown-difference.ts';
import type { WithRecord } from './with-record.ts';

interface WithRuns extends WithRecord {
  readonly other: RunRecord;
}

export function CompareStage({ state, record }: WithRecord) {
  const other = state.other.value;
  const failure = state.otherFailure.value;
  return (
    <div class="compare">
      {failure !== undefined && <p class="failure">{failure}</p>}
      {other === undefined ? (
        <ComparisonOffers state={state} />
      ) : (
        <Comparison state={state} record={record} other={other} />
      )}
    </div>
  );
}

function Comparison({ state, record, other }: WithRuns) {
  const revision = state.revision.value;
  const until = Math.min(record.edge, other.edge);
  const isOver = record.end !== undefined && other.end !== undefined;
  // What is counted over all of both runs is counted again only now and then while they go on.
  const step = isOver ? revision : revision >> 4;
  const figures = useMemo(() => [runFigures(record), runFigures(other)] as const, [record, other, step]);
  const waits = useMemo(() => [waitLengths(record, until), waitLengths(other, until)] as const, [record, other, step]);
  const times = useMemo(() => timeDifferences(record, other, until), [record, other, step]);
  return (
    <>
      <div class="compare-runs">
        <Run record={record} figures={figures[0]} title="This run" />
        <Run record={other} figures={figures[1]} title="The other run" />
      </div>
      <Difference state={state} record={record} other={other} />
      <div class="compare-sums">
        <Waits waits={waits} span={comparedSpan(until)} />
        <Times state={state} record={record} times={times} until={until} />
      </div>
      <p>
        <button type="button" class="offer-alone" onClick={() => state.closeOther()}>
          Compare with another run
        </button>
      </p>
    </>
  );
}

interface RunProps {
  readonly record: RunRecord;
  readonly figures: RunFigures;
  readonly title: string;
}

/** Which run it is, how it ended, and its figures. */
function Run({ record, figures, title }: RunProps) {
  const { name, profile, changes, set, seed, cpus } = runChips(record);
  const story = gravestStory(record.stories);
  const end = record.end;
  return (
    <section class="compare-run" aria-label={title} data-found={story !== undefined}>
      <h3>
        <small>{title}</small> {name}
        <span>
          {[
            profile,
            ...changes,
            seed === undefined ? undefined : `seed ${seed}`,
            cpus === undefined ? undefined : `${cpus} CPUs`,
            ...set,
            ...faultsOf(record),
          ]
            .filter((each) => each !== undefined)
            .join(' · ')}
        </span>
      </h3>
      <p class="compare-verdict">
        {story === undefined ? (
          <b>{end === undefined ? 'goes on' : end.outcome}</b>
        ) : (
          <>
            <b class="tag">{story.tag}</b> {plainText(story.headline)}
          </>
        )}
      </p>
      <dl>
        <Figure name="digest" value={end === undefined ? '…' : end.digest} />
        <Figure name="until" value={`${Number(formatSeconds(record.edge))} s`} />
        <Figure name="events" value={thousands(figures.events)} />
        <Figure
          name="most inodes in no count"
          value={figures.uncounted === undefined ? 'not recorded' : thousands(figures.uncounted.most)}
        />
        <Figure name="OOM kills" value={thousands(figures.kills)} />
        <Figure name="stalls" value={thousands(figures.stalls)} />
      </dl>
    </section>
  );
}

/** What a person has put into it: what tells a fork from its original. */
function faultsOf({ command: { faults } }: RunRecord): string[] {
  return Array.isArray(faults) ? faults.filter((fault) => typeof fault === 'string') : [];
}

const Figure = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

/** Rows that both have before they part. */
const BEFORE = 2;

function Difference({ state, record, other }: WithRuns) {
  const difference = shownDifference(state);
  if (difference === undefined) return <p class="compare-note">Comparing the rows of both runs …</p>;
  if (difference.equal) return <p class="compare-note">{differenceText(difference)}</p>;
  const [left] = difference.left;
  const [right] = difference.right;
  const at = Math.min(left?.at ?? Number.POSITIVE_INFINITY, right?.at ?? Number.POSITIVE_INFINITY);
  return (
    <section class="compare-difference" aria-label="First difference">
      <h3>
        {differenceText(difference)}
        <button type="button" onClick={() => state.seek(at)}>
          Go there
        </button>
      </h3>
      {left !== undefined &&
        right !== undefined &&
        left.to === right.to &&
        left.message.type === right.message.type && (
          <p>{divergenceText(namesOf(record).tasks.name(left.to), left.message.type)}</p>
        )}
      <dl>
        <div class="compare-whose">
          <dt>field</dt>
          <dd>this run</dd>
          <dd>the other run</dd>
        </div>
        {difference.fields.map((field) => (
          <div key={field.path} title={fieldText(field)}>
            <dt>{field.path}</dt>
            <dd>{valueText(record, field.path, left, field.left)}</dd>
            <dd>{valueText(other, field.path, right, field.right)}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>The rows, as dragon diff has them</summary>
        <ol>
          {difference.before.slice(-BEFORE).map((row) => (
            <li key={row.index} title={rowText(row)}>
              {rowText(row)}
            </li>
          ))}
          {left !== undefined && (
            <li class="one" title={rowText(left)}>
              {rowText(left)}
            </li>
          )}
          {right !== undefined && (
            <li class="two" title={rowText(right)}>
              {rowText(right)}
            </li>
          )}
        </ol>
      </details>
      <p class="compare-note">
        {UNMATCHED} {TWO_LANES}
      </p>
    </section>
  );
}

/** Returns a value as a person reads it: of a state the leaf that says what its agent does. */
function valueText(record: RunRecord, path: string, row: Row | undefined, value: Json | undefined): string {
  if (path !== 'state' || row === undefined) return value === undefined ? 'absent' : JSON.stringify(value);
  return mainLeaf(record.chartOf(record.agents[record.placeOf(row.to)]?.kind ?? ''), row.state);
}

interface WaitsProps {
  readonly waits: readonly [WaitLengths, WaitLengths];
  readonly span: string;
}

function Waits({ waits, span }: WaitsProps) {
  const rows = [
    ...WAIT_STEPS.map((to, i) => ({
      name: lengthRange(WAIT_STEPS[i - 1] ?? 0, to),
      counts: waits.map(({ steps }) => steps[i] ?? 0),
    })),
    { name: 'not over', counts: waits.map(({ lasting }) => lasting) },
  ];
  const most = Math.max(1, ...rows.flatMap(({ counts }) => counts));
  return (
    <section aria-label="Waits by length">
      <h3>
        Waits by length <small>{span}</small>
      </h3>
      <table class="compare-waits">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">length</span>
            </th>
            <th scope="col">this run</th>
            <th scope="col">the other run</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, counts }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {counts.map((count, run) => (
                <td key={run}>
                  <i style={{ width: `${count === 0 ? 0 : 2 + 58 * Math.sqrt(count / most)}%` }} />
                  {thousands(count)}
                </td>
              ))}
            </tr>
          ))}
          {(['median', 'ninth', 'longest'] as const).map((key) => (
            <tr key={key} class="compare-quantile">
              <th scope="row">{QUANTILES[key]}</th>
              {waits.map((each, run) => (
                <td key={run}>{each.count > each.lasting ? formatDuration(each[key]) : '–'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const MOST_TIMES = 10;

interface TimesProps extends WithRecord {
  readonly times: readonly TimeDifference[];
  readonly until: number;
}

function Times({ state, record, times, until }: TimesProps) {
  return (
    <section aria-label="Time by state">
      <h3>
        Time by state <small>of each thread, this run above the other, most different first</small>
      </h3>
      {times.length === 0 && <p class="compare-note">Each thread spent the same time in the same states.</p>}
      <ul class="compare-times">
        {times.slice(0, MOST_TIMES).map(({ agent, one, other, most }) => (
          <li key={agent}>
            <button
              type="button"
              aria-pressed={state.selection.value === agent}
              onClick={() => (state.selection.value = agent)}
            >
              <b>{namesOf(record).tasks.name(agent)}</b>
              <span class="compare-bars">
                <TimeBar times={one} until={until} />
                <TimeBar times={other} until={until} />
              </span>
              <span class="compare-most">
                <LookIcon look={most.look} /> {timeChange(most.look, most.by)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {times.length > MOST_TIMES && <p class="compare-note">{andMore(times.length - MOST_TIMES)}</p>}
    </section>
  );
}

function TimeBar({ times, until }: { readonly times: readonly number[]; readonly until: number }) {
  return (
    <span class="compare-bar">
      {times.map((time, i) => (
        <i
          key={STATE_LOOKS[i]}
          class={`share-${STATE_LOOKS[i]}`}
          style={{ width: `${(100 * time) / Math.max(1, until)}%` }}
        />
      ))}
    </span>
  );
}
